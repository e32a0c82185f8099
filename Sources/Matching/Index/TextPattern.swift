/// One text that a rule looks for in a message.
public struct TextPattern: Sendable, Hashable {
    /// The ways to look for a text.
    public enum Shape: Sendable, Hashable {
        /// A word or phrase anywhere in the message, as whole words.
        case phrase(Phrase)
        /// The whole message except punctuation, signs and emoji at its ends.
        case exact(WholeText)
        /// The beginning of the message, from its first letter or digit on.
        case starts([UInt8])
        /// A text anywhere in the message, also inside words.
        case contains([UInt8])
    }

    /// The text, folded, and where it must be.
    public let shape: Shape
    /// Whether accents count.
    public let accents: Accents

    /// Returns the pattern of a word or phrase.
    public static func phrase(_ phrase: Phrase) -> TextPattern {
        TextPattern(shape: .phrase(phrase), accents: phrase.accents)
    }

    /// Returns the pattern of an `exact` text, or `nil` if folding leaves nothing of it.
    public static func exact(_ text: String, accents: Accents = .count) -> TextPattern? {
        make(text, accents) { .exact(WholeText($0)) }
    }

    /// Returns the pattern of a `starts` text, or `nil` if folding leaves nothing of it.
    public static func starts(_ text: String, accents: Accents = .count) -> TextPattern? {
        make(text, accents) { .starts($0.bytes) }
    }

    /// Returns the pattern of a `contains` text, or `nil` if folding leaves nothing of it.
    public static func contains(_ text: String, accents: Accents = .count) -> TextPattern? {
        make(text, accents) { .contains($0.bytes) }
    }

    private static func make(_ text: String, _ accents: Accents, _ shape: (FoldedText) -> Shape) -> TextPattern? {
        let folded = FoldedText(text, accents: accents)
        return folded.isEmpty ? nil : TextPattern(shape: shape(folded), accents: accents)
    }

    /// The same pattern with accents ignored; `nil` if a message may hold this one and not that one.
    var withoutAccents: TextPattern? {
        if accents == .ignore { return self }
        func text(_ bytes: [UInt8]) -> FoldedText {
            FoldedText(String(decoding: bytes, as: UTF8.self), accents: .ignore)
        }
        switch shape {
        case .phrase(let phrase):
            // A wrong letter is one mistake, but two for an æ that is written out.
            return phrase.words.allSatisfy { $0.mistakes == 0 } ? .phrase(phrase.withoutAccents) : nil
        case .exact(let whole):
            return TextPattern(shape: .exact(WholeText(text(whole.bytes))), accents: .ignore)
        case .starts(let bytes): return TextPattern(shape: .starts(text(bytes).bytes), accents: .ignore)
        case .contains(let bytes): return TextPattern(shape: .contains(text(bytes).bytes), accents: .ignore)
        }
    }
}
