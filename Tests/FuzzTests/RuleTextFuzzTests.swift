import Foundation
import JSONText
import Providers
import Responder
import RuleFiles
import SeededRandom
import Testing

@Suite struct RuleTextFuzzTests {
    private static let names = [
        "contact.name", "contact.number", "message.text", "match.0", "match.word", "state.topic",
    ]

    /// Returns a text that a contact may use as a name or write.
    private static func hostile(using random: inout SeededRandom) -> String {
        let pieces = [
            "{{", "}}", "{", "}", "{{contact.number}}", "{{{message.text}}}", "{{#contact.name}}", "{{/contact.name}}",
            "{{=<% %>=}}", "{{>x}}", "{{!", "{{% CONTENT_TYPE:HTML}}", "*", "_", "~", "`", "```", "*\u{301}",
            "_\u{20E3}",
            "~\u{FE0F}", "`\u{200D}", "\u{202E}", "\u{202A}", "\u{2066}", "\u{2069}", "\u{200F}", "\u{61C}", "\n",
            "\r\n",
            "\t", "  ", "\u{2028}", "\u{85}", "\0", "\u{1B}[2J", "&", "<b>", "\"", "\\", "$0", "%@", "דנה", "x", "👩‍👩‍👧",
            "\u{301}",
        ]
        return (0..<random.upTo(8)).map { _ in random.one(of: pieces) }.joined()
    }

    /// Returns the text as an answer may hold it, spelled out scalar by scalar.
    private static func neutral(_ value: String) -> String {
        let plain: [Unicode.Scalar: Unicode.Scalar] = ["*": "∗", "_": "＿", "~": "∼", "`": "ˋ"]
        let directions: Set<Unicode.Scalar> = [
            "\u{61C}", "\u{200E}", "\u{200F}", "\u{202A}", "\u{202B}", "\u{202C}", "\u{202D}", "\u{202E}", "\u{2066}",
            "\u{2067}", "\u{2068}", "\u{2069}",
        ]
        var neutral = String.UnicodeScalarView()
        neutral += value.unicodeScalars.filter { !directions.contains($0) }.map { plain[$0] ?? $0 }
        return String(neutral)
    }

    private static func template(_ depth: Int, using random: inout SeededRandom) -> String {
        let plain = [
            "שלום ", "x", " ", "\n", "\n\n", "*b*", "_", "{", "}", "{ {", "\u{301}", "!", "\\", "\"", "{{!c}}", "{{",
            "}}",
            "{{{", "{{=| |=}}", "{{> p}}", "{{nobody}}",
        ]
        return (0..<random.upTo(5)).map { _ in
            let name = random.one(of: names)
            switch random.upTo(9) {
            case 0: return "{{\(name)}}"
            case 1: return "{{ \(name) }}"
            case 2: return "{{{\(name)}}}"
            case 3: return "{{&\(name)}}"
            case 4 where depth > 0: return "{{#\(name)}}\(template(depth - 1, using: &random)){{/\(name)}}"
            case 5 where depth > 0: return "{{^\(name)}}\(template(depth - 1, using: &random)){{/\(name)}}"
            default:
                // Text that is no tag, and now and then text that is no sound tag.
                return random.one(of: random.chance(0.1) ? plain : Array(plain.prefix(15)))
            }
        }.joined()
    }

    /// Returns a file with a rule that says `text`, and one that puts it into a template.
    private static func file(_ text: String) -> SourceFile {
        func rule(_ id: String, _ more: [String: JSON]) -> JSON {
            let always: [String: JSON] = [
                "id": .string(id), "match": .object(["regex": "(?s)(?<word>.*)"]),
                "set": .object(["topic": "{{message.text}}"]),
            ]
            return .object(always.merging(more) { $1 })
        }
        let template = JSON.object(["name": "t", "language": "he", "variables": .array([.string(text)])])
        let rules = JSON.array([rule("a", ["template": template]), rule("b", ["reply": .string(text)])])
        let json = JSON.object(["version": .integer(1), "rules": rules])
        return SourceFile(path: "a.yaml", bytes: json.encoded)
    }

    private static func check(using random: inout SeededRandom) throws -> Bool {
        let loaded = RuleSetLoader.load([file(template(2, using: &random))])
        try #require((loaded.ruleSet == nil) == loaded.diagnostics.hasErrors)
        guard let rules = loaded.ruleSet, case .reply(let bubbles) = rules.rules.last?.answer,
            let text = bubbles.first?.text
        else { return false }

        var values: [String: String] = [:]
        for name in names { values[name] = hostile(using: &random) }
        // First fills in marks that stand for the values, and only then the values for the marks.
        var expected = text.render(
            Variables { [values] group, name in
                let isEmpty = neutral(values["\(group).\(name)"] ?? "").isEmpty
                return isEmpty ? "" : "⟦\(group).\(name)⟧"
            })
        for (name, value) in values {
            expected = expected.replacingOccurrences(of: "⟦\(name)⟧", with: neutral(value), options: .literal)
        }
        let actual = text.render(Variables { [values] group, name in values["\(group).\(name)"] })
        try #require(Array(actual.unicodeScalars) == Array(expected.unicodeScalars), "\(text.source.debugDescription)")

        let message = Message(
            account: "1", unique: "m", contact: Contact(address: "2", name: values["contact.name"]),
            body: values["message.text"] ?? "", timestamp: Timestamp(seconds: 1_800_000_000))
        var conversation = Conversation()
        conversation.receive(message, at: message.timestamp)
        let decision = decide(message, in: conversation, by: rules, policy: DecisionPolicy(), at: message.timestamp)
        for send in decision.sends {
            guard case .message(.template(let template)) = send.body else { continue }
            for variable in template.variables {
                let hasBreak = variable.unicodeScalars.contains {
                    $0.properties.isWhitespace && $0 != " " && $0 != "\u{A0}"
                }
                try #require(!variable.isEmpty && !hasBreak && !variable.contains("  "), "\(variable.debugDescription)")
            }
        }
        return actual != text.source
    }

    @Test(arguments: Fuzz.seeds(1200))
    func whatComesFromOutsideIsNeverTakenForATagOrForFormatting(seeds: Range<UInt64>) {
        Fuzz.each(of: seeds, share: 0.2...0.95) { random in try Self.check(using: &random) }
    }
}
