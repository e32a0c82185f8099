extension String {
    /// The text with isolates (U+2068, U+2069) around it if it has letters written from right to left, so that it does
    /// not change the direction of the line around it.
    var isolated: String {
        let isRightToLeft = unicodeScalars.contains {
            (0x590...0x8FF).contains($0.value) || (0xFB1D...0xFEFC).contains($0.value)
        }
        return isRightToLeft ? "\u{2068}\(self)\u{2069}" : self
    }

    /// The text with the parts in quotes isolated, so that Hebrew words do not change the direction of the line around
    /// them.
    var isolatedQuotes: String {
        split(separator: "'", omittingEmptySubsequences: false).enumerated()
            .map { $0.offset % 2 == 1 ? String($0.element).isolated : String($0.element) }.joined(separator: "'")
    }
}
