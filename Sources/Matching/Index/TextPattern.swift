/// One thing a rule looks for in the folded text of a message.
public enum TextPattern: Sendable, Hashable {
    /// A word or phrase anywhere, as whole words.
    case phrase(Phrase)
    /// The whole message, but for punctuation and emoji at its ends.
    case exact([UInt8])
    /// The beginning of the message, from its first letter or digit on.
    case starts([UInt8])
    /// Anywhere, also inside words.
    case contains([UInt8])

    /// Makes the pattern of an `exact` text; nil where nothing is left of it once folded.
    public static func exact(_ text: String) -> TextPattern? {
        let folded = FoldedText(text)
        return folded.isEmpty ? nil : .exact(Array(folded.core.isEmpty ? folded.bytes[...] : folded.core))
    }

    /// Makes the pattern of a `starts` text; nil where nothing is left of it once folded.
    public static func starts(_ text: String) -> TextPattern? {
        let folded = FoldedText(text)
        return folded.isEmpty ? nil : .starts(folded.bytes)
    }

    /// Makes the pattern of a `contains` text; nil where nothing is left of it once folded.
    public static func contains(_ text: String) -> TextPattern? {
        let folded = FoldedText(text)
        return folded.isEmpty ? nil : .contains(folded.bytes)
    }
}
