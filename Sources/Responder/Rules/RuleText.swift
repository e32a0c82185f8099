import Matching
import Mustache

/// A text of a rule with its `{{variables}}`, checked when it was loaded.
public struct RuleText: Sendable, CustomStringConvertible {
    /// The longest text that WhatsApp and the providers take, in UTF-16 units: how they count is not
    /// documented, and no other count gives more.
    public static let limit = 4096

    /// The text as written in the rules file.
    public let source: String
    private let template: MustacheTemplate?

    /// Parses the text. Throws Mustache's own parser error where tags are not balanced.
    ///
    /// What tags may be used and which names exist is for the loader to check: ``RuleText`` renders unknown names empty.
    public init(_ source: String) throws {
        self.source = source
        // Nothing but hours is said in words; texts are many, and looking at each letter takes a while. Bytes are looked for,
        // since looking for characters takes the square of a text of regional indicators.
        language = source.utf8.contains("hours.".utf8) ? Self.language(of: source) : .english
        template =
            source.utf8.contains("{{".utf8) ? try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}" + source) : nil
    }

    /// The language of what is said outside of tags.
    private static func language(of source: String) -> TextLanguage {
        let words = source.split(separator: "{{").enumerated().map { place, part in
            let isOutside = place == 0 && !source.hasPrefix("{{")
            return isOutside ? part : part.split(separator: "}}", maxSplits: 1).dropFirst().first ?? ""
        }
        return TextLanguage(of: words.joined(separator: " ")) ?? .english
    }

    /// The text as written.
    public var description: String { source }

    /// The language it is written in: what variables say in words, they say in this one.
    public let language: TextLanguage

    /// The text with its variables filled in.
    public func render(_ variables: Variables) -> String {
        template?.render(variables.scope(in: language)) ?? source
    }
}

extension String {
    /// The same text with `*`, `_`, `~` and the backtick replaced by look-alikes that WhatsApp does not take for formatting,
    /// and without directional marks.
    var withoutFormatting: String {
        let text = withoutBidiMarks
        guard text.utf8.contains(where: { $0 == 0x2A || $0 == 0x5F || $0 == 0x7E || $0 == 0x60 }) else { return text }
        // Scalars: a mark behind the sign makes another character of it, and formatting all the same.
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

    /// The same text, or a dash: a template whose place is left empty is refused as a whole.
    var orDash: String { isEmpty ? "–" : self }
}
