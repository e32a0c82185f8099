import Matching
import Mustache

/// A text of a rule with its `{{variables}}`, checked when it is loaded.
public struct RuleText: Sendable, CustomStringConvertible {
    /// The greatest length of a text that WhatsApp and the providers accept, in UTF-16 units. How they count is not
    /// documented, and no other count gives a larger number.
    public static let limit = 4096

    /// The text, as written in the rules file.
    public let source: String
    private let template: MustacheTemplate?

    /// Parses the text.
    ///
    /// The loader checks which tags may be used and which names exist: ``RuleText`` renders unknown names empty.
    ///
    /// - Throws: Mustache's own parser error if tags are not balanced.
    public init(_ source: String) throws {
        self.source = source
        // Only hours are said in words. There are many texts, and it takes a while to look at each letter. Bytes are
        // searched, because the time to search characters grows with the square of the length in a text of regional
        // indicators.
        language = source.utf8.contains("hours.".utf8) ? Self.language(of: source) : .english
        template =
            source.utf8.contains("{{".utf8) ? try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}" + source) : nil
    }

    /// Returns the language of the words outside of tags; `nil` if there are none.
    private static func language(of source: String) -> TextLanguage? {
        let words = source.split(separator: "{{").enumerated().map { place, part in
            let isOutside = place == 0 && !source.hasPrefix("{{")
            return isOutside ? part : part.split(separator: "}}", maxSplits: 1).dropFirst().first ?? ""
        }
        return TextLanguage(of: words.joined(separator: " "))
    }

    /// The text, as written in the rules file.
    public var description: String { source }

    /// The language of the text, which variables that say something in words use too; `nil` if the text has no words of
    /// its own.
    public let language: TextLanguage?

    /// Returns the text with its variables filled in.
    ///
    /// - Parameter other: The language of a text without words of its own; by default that of the message.
    public func render(_ variables: Variables, otherwiseIn other: TextLanguage? = nil) -> String {
        template?.render(variables.scope(in: language ?? other ?? variables.messageLanguage)) ?? source
    }
}

extension String {
    /// The same text with `*`, `_`, `~` and the backtick replaced by look-alikes that WhatsApp does not take for
    /// formatting, and without directional marks.
    var withoutFormatting: String {
        let text = withoutBidiMarks
        guard text.utf8.contains(where: { $0 == 0x2A || $0 == 0x5F || $0 == 0x7E || $0 == 0x60 }) else { return text }
        // Scalars, not characters: a mark after the sign makes it another character, but WhatsApp still takes it for
        // formatting.
        let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
            switch scalar {
            case "*": "∗"
            case "_": "＿"
            case "~": "∼"
            case "`": "ˋ"
            default: scalar
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }

    /// The same text, or a dash if it is empty: the provider refuses a template with an empty variable as a whole.
    var orDash: String { isEmpty ? "–" : self }
}
