extension String {
    /// What stands in quotes set apart, so that Hebrew words do not turn the line around them.
    var isolatedQuotes: String {
        split(separator: "'", omittingEmptySubsequences: false).enumerated()
            .map { $0.offset % 2 == 1 ? String($0.element).isolated : String($0.element) }.joined(separator: "'")
    }
}
