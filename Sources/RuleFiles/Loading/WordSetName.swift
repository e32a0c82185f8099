/// The name of a word set.
struct WordSetName {
    let text: String

    /// The name in `$name`; nil where that is a text like any other, such as `$` or `$100`.
    init?(reference: String) {
        guard reference.hasPrefix("$"), Self.isValid(reference.dropFirst()) else { return nil }
        text = String(reference.dropFirst())
    }

    static func isValid(_ name: some StringProtocol) -> Bool {
        guard let first = name.first, first.isLetter else { return false }
        return name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
    }
}
