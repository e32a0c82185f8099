/// One text that a rule looks for in the folded text of a message.
public enum TextPattern: Sendable, Hashable {
    /// A word or phrase anywhere in the message, as whole words.
    case phrase(Phrase)
    /// The whole message except punctuation, signs and emoji at its ends.
    case exact(WholeText)
    /// The beginning of the message, from its first letter or digit on.
    case starts([UInt8])
    /// A text anywhere in the message, also inside words.
    case contains([UInt8])

    /// Returns the pattern of an `exact` text, or `nil` if folding leaves nothing of it.
    public static func exact(_ text: String) -> TextPattern? {
        let folded = FoldedText(text)
        return folded.isEmpty ? nil : .exact(WholeText(folded))
    }

    /// Returns the pattern of a `starts` text, or `nil` if folding leaves nothing of it.
    public static func starts(_ text: String) -> TextPattern? {
        let folded = FoldedText(text)
        return folded.isEmpty ? nil : .starts(folded.bytes)
    }

    /// Returns the pattern of a `contains` text, or `nil` if folding leaves nothing of it.
    public static func contains(_ text: String) -> TextPattern? {
        let folded = FoldedText(text)
        return folded.isEmpty ? nil : .contains(folded.bytes)
    }
}
