/// The name of a word set.
struct WordSetName {
    let text: String

    /// Returns the name in `$name`, or `nil` if the text is no reference, for example `$` or `$100`.
    init?(reference: String) {
        guard reference.hasPrefix("$"), Self.isValid(reference.dropFirst()) else { return nil }
        text = String(reference.dropFirst())
    }

    static func isValid(_ name: some StringProtocol) -> Bool {
        guard let first = name.first, first.isLetter else { return false }
        return name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
    }
}
