/// Looks for marks of other languages in answers: WhatsApp shows Markdown and HTML as they stand, and a `\n` is a line
/// break in double quotes alone.
struct MarkupLint {
    private static let code = "foreign-markup"

    private let text: Located<String>
    private let scalars: [Unicode.Scalar]
    private let reader: Reader

    static func check(_ text: Located<String>, _ reader: Reader) {
        // Every mark has one of these.
        guard text.value.utf8.contains(where: { "\\*_~[<".utf8.contains($0) }) else { return }
        let lint = MarkupLint(text: text, scalars: Array(text.value.unicodeScalars), reader: reader)
        lint.checkLineBreak()
        for (sign, name) in [("*", "bold"), ("_", "italic"), ("~", "struck out")] as [(Unicode.Scalar, String)] {
            lint.checkDoubled(sign, name)
        }
        lint.checkLink()
        lint.checkTag()
    }

    private func warn(_ place: Range<Int>, _ message: String, _ hint: String, code: String = code) {
        reader.warning(
            reader.place(of: place.lowerBound, length: place.count, in: text.node), message, hint: hint, code: code)
    }

    private func string(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }

    /// Returns a part of the text for a hint, or something else if it is long.
    private func short(_ range: Range<Int>, else other: String) -> String { range.count > 40 ? other : string(range) }

    private func checkLineBreak() {
        guard case .scalar(_, let style) = text.node.content, style != .doubleQuoted,
            let place = scalars.indices.dropLast().first(where: { scalars[$0] == "\\" && scalars[$0 + 1] == "n" })
        else { return }
        let isBlock = style == .literal || style == .folded
        warn(
            place..<place + 2, "this '\\n' is no line break, and is sent as it stands",
            isBlock ? "begin a new line instead" : "put double quotes around the whole text, or write it behind '|'",
            code: "literal-line-break")
    }

    /// Warns of `**bold**` and the like.
    private func checkDoubled(_ sign: Unicode.Scalar, _ name: String) {
        var open: Int?
        for place in scalars.indices.dropLast() {
            if scalars[place] == "\n" { open = nil }
            guard scalars[place] == sign, scalars[place + 1] == sign else { continue }
            let before = place > 0 ? scalars[place - 1] : " "
            let after = place + 2 < scalars.count ? scalars[place + 2] : " "
            if let start = open, place > start + 2, !before.properties.isWhitespace, before != sign, !after.isWordlike {
                let inside = short(start + 2..<place, else: "…")
                warn(
                    start..<place + 2, "'\(sign)\(sign)' is no mark of WhatsApp's, which shows a part of it",
                    "for \(name) write \(sign)\(inside)\(sign)")
                return
            }
            if !before.isWordlike, before != "/", before != sign, !after.properties.isWhitespace, after != sign {
                open = place
            }
        }
    }

    /// Warns of `[text](link)`.
    private func checkLink() {
        var open: Int?
        for place in scalars.indices.dropLast() {
            switch scalars[place] {
            case "\n": open = nil
            case "[": open = place
            case "]":
                guard let start = open, scalars[place + 1] == "(",
                    let end = scalars[(place + 2)...].firstIndex(where: { $0 == ")" || $0.properties.isWhitespace }),
                    scalars[end] == ")", scalars[place + 2..<end].contains(where: { "./{".unicodeScalars.contains($0) })
                else { continue }
                let address = short(place + 2..<end, else: "https://…")
                warn(
                    start..<end + 1, "WhatsApp has no links with a text of their own, and shows this as it stands",
                    "write the address itself: \(address)")
                return
            default: break
            }
        }
    }

    private static let advice: [String: String] = [
        "b": "for bold write *…*", "strong": "for bold write *…*", "i": "for italic write _…_",
        "em": "for italic write _…_", "s": "for struck out write ~…~", "del": "for struck out write ~…~",
        "strike": "for struck out write ~…~", "br": "begin a new line behind '|', or write \\n in double quotes",
        "p": "leave an empty line behind '|'", "a": "write the address itself", "u": "leave it out",
        "div": "leave it out", "span": "leave it out", "ul": "begin lines with '- '", "li": "begin lines with '- '",
        "h1": "for bold write *…*", "h2": "for bold write *…*", "h3": "for bold write *…*",
    ]

    /// Warns of `<b>` and other tags of HTML.
    private func checkTag() {
        for start in scalars.indices where scalars[start] == "<" {
            let first = start + 1 < scalars.count && scalars[start + 1] == "/" ? start + 2 : start + 1
            let end = scalars[min(first, scalars.count)...].prefix(200).firstIndex {
                $0 == ">" || $0 == "<" || $0 == "\n"
            }
            guard let end, scalars[end] == ">" else { continue }
            let name = string(first..<end).lowercased().prefix { $0 != " " && $0 != "/" }
            guard let advice = Self.advice[String(name)] else { continue }
            warn(
                start..<end + 1, "'\(short(start..<end + 1, else: "<\(name) …>"))' is HTML, and is sent as it stands",
                advice)
            return
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isWordlike: Bool { properties.isAlphabetic || properties.numericType != nil }
}
