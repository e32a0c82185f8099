import Foundation

/// Links and mail addresses, found by regular expressions that say what the manual says.
enum LinkOracle {
    private static let label = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
    /// The beginning of a run of letters, digits, dots and hyphens, or of the part of it behind two dots.
    private static let begin = #"(?:(?<![a-z0-9.-])|(?<=\.)(?=\.))[.-]*"#
    /// The end of such a part. The `é` stands for a letter that no name has.
    private static let end = #"(?!é)(?=[.-]*(?:\.\.|[^a-z0-9.-]|$))"#
    private static let tail = "[^ \"'`<>…字]*"
    private static let country = "[a-z]{2}"

    /// The kinds of links, each with the link in the first group.
    private static let kinds: [String] = [
        // A name that needs no path.
        begin
            + #"((?:(?:\#(label)\.)+(?:com|net|org|edu|gov)|www\.(?:\#(label)\.)+[a-z]{2,}|(?:\#(label)\.)+(?:com?|net|org|edu|gov|ac|muni)\.\#(country))"#
            + end + #"(?!@)(?:[/?#:]\#(tail))?)"#,
        // A name that needs one.
        begin
            + #"((?:\#(label)\.)*(?=[0-9-]*[a-z])\#(label)\.(?:\#(country)|app|biz|dev|info|link|online|page|shop|site|store|xyz)/\#(tail))"#,
        // A scheme.
        #"(?:(?<=\.)|(?<![a-z0-9.-])-*)([a-z][a-z0-9-]+://(?=[a-z0-9éש])\#(tail))"#,
        // A mail address.
        #"([a-z0-9][a-z0-9._%+-]*@(?:\#(label)\.)+[a-z]{2,})"# + end,
    ]

    private static let expressions = kinds.compactMap { try? NSRegularExpression(pattern: $0) }

    /// Returns the ranges of the links in the units.
    static func links(in units: [TextOracle.Unit]) -> [Range<Int>] {
        let text = String(units.map(Self.sign))
        guard text.contains(where: { ".@:".contains($0) }) else { return [] }
        var links: [Range<Int>] = []
        var start = 0
        while start < units.count {
            let rest = NSRange(location: start, length: units.count - start)
            let found = expressions.compactMap { expression -> NSRange? in
                expression.firstMatch(in: text, options: .withTransparentBounds, range: rest)?.range(at: 1)
            }
            guard let first = found.min(by: { $0.location < $1.location }) else { break }
            var end = first.location + first.length
            // Punctuation behind a link is not part of it.
            let signs = Array(text)
            while end > first.location, signs[end - 1].isASCII, !signs[end - 1].isLetter, !signs[end - 1].isNumber {
                end -= 1
            }
            let said = String(signs[first.location..<end])
            // A path or the part behind a scheme must not be empty.
            let isWhole = said.contains("@") || !said.hasSuffix("://") && (said.contains(".") || said.contains("://"))
            let needsPath = expressions[1].firstMatch(
                in: said + "/a", range: NSRange(location: 0, length: said.count + 2))
            if isWhole, said.contains("/") || needsPath == nil || isCertain(said) { links.append(first.location..<end) }
            start = max(end, first.location + 1)
        }
        return links
    }

    private static func isCertain(_ name: String) -> Bool {
        [0, 3].contains { kind in
            expressions[kind].firstMatch(in: name, range: NSRange(location: 0, length: name.utf16.count)) != nil
        }
    }

    /// Returns a single character for a unit, which says all that matters in a link.
    private static func sign(_ unit: TextOracle.Unit) -> Character {
        if let scalar = unit.text.unicodeScalars.first, unit.text.unicodeScalars.count == 1, scalar.isASCII {
            return Character(scalar)
        }
        guard unit.isWordlike, let base = unit.text.decomposedStringWithCanonicalMapping.unicodeScalars.first else {
            return "…"
        }
        if TextOracle.isOfScriptWithoutSpaces(unit) { return "字" }
        return base.value < 0x250 ? "é" : "ש"
    }
}
