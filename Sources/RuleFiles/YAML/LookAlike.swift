/// A character that people can't tell from a space, a hyphen or a colon, but YAML can: phones, word processors and web
/// pages put it there.
struct LookAlike {
    var range: SourceRange
    /// The signs that are meant.
    var replacement: String
    var message: String
    var hint: String

    /// The number of characters that are tried out for one mistake.
    private static let most = 16

    /// Whether the scalar looks like a space, or like nothing, and is no space for YAML.
    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case ..<0x80: false
        case 0x200B, 0x2060, 0xFEFF: true
        default: scalar.properties.isWhitespace
        }
    }

    static func isDash(_ scalar: Unicode.Scalar) -> Bool { "‐‑‒–—―−־﹣－".unicodeScalars.contains(scalar) }

    static func isOne(_ scalar: Unicode.Scalar) -> Bool { isSpace(scalar) || isDash(scalar) || scalar == "：" }

    /// Returns the name of a space for people, with its number.
    static func name(of space: Unicode.Scalar) -> String {
        let kind =
            switch space.value {
            case 0xA0: "a no-break space"
            case 0x202F, 0x2007: "a no-break space of another width"
            case 0x3000: "a wide space"
            case 0x200B, 0x2060, 0xFEFF: "an invisible space"
            default: "a space of another kind"
            }
        let number = String(space.value, radix: 16, uppercase: true)
        return "\(kind) (U+\(String(repeating: "0", count: max(4 - number.count, 0)))\(number))"
    }

    /// Returns a hint about the first such space in a value; `nil` if there is none.
    static func hint(in text: String) -> String? {
        text.unicodeScalars.first(where: isSpace).map { "delete \(name(of: $0)) in it" }
    }

    /// Returns the mistake at the beginning of a text that was meant as the entry of a list; `nil` if there is none.
    static func dash(at start: String) -> (message: String, hint: String)? {
        let scalars = Array(start.unicodeScalars.prefix(2))
        guard scalars.count == 2 else { return nil }
        if scalars[0] == "-", isSpace(scalars[1]) {
            return ("\(name(of: scalars[1])) stands behind this '-'", "delete it and type a plain space")
        }
        guard isDash(scalars[0]), scalars[1].properties.isWhitespace else { return nil }
        return ("'\(scalars[0])' begins no entry of a list", "type a plain '-' with a space behind it")
    }

    /// Returns the look-alikes at places where YAML wants signs of its own, those nearest before the end of the line with
    /// this number first.
    static func all(in lines: [Substring], upTo line: Int) -> [LookAlike] {
        var all: [LookAlike] = []
        for number in stride(from: min(line, lines.count), to: 0, by: -1) where all.count < most {
            // A line without one of them takes a look at its bytes alone.
            guard lines[number - 1].utf8.contains(where: { $0 >= 0x80 }) else { continue }
            all += Self.all(in: Array(lines[number - 1].unicodeScalars.prefix(1000)), number)
        }
        return Array(all.prefix(most))
    }

    private static func all(in line: [Unicode.Scalar], _ number: Int) -> [LookAlike] {
        var all: [LookAlike] = []
        func append(_ place: Range<Int>, _ replacement: String, _ message: String, _ hint: String) {
            let range = SourceRange(line: number, column: place.lowerBound + 1, length: place.count)
            all.append(LookAlike(range: range, replacement: replacement, message: message, hint: hint))
        }
        func spaces(from start: Int, _ place: String) {
            let end = line[start...].firstIndex { !isSpace($0) } ?? line.count
            guard end > start else { return }
            append(
                start..<end, String(repeating: " ", count: end - start), "\(name(of: line[start])) stands \(place)",
                "delete it and type a plain space")
        }
        var first = line.firstIndex { $0 != " " && !isSpace($0) } ?? line.count
        if let space = line[..<first].firstIndex(where: isSpace) {
            append(
                space..<first, String(repeating: " ", count: first - space),
                "\(name(of: line[space])) stands in the indentation of this line", "indent with plain spaces")
        }
        while first < line.count {
            if let (message, hint) = dash(at: String(String.UnicodeScalarView(line[first...].prefix(2)))) {
                line[first] == "-"
                    ? spaces(from: first + 1, "behind this '-'") : append(first..<first + 1, "-", message, hint)
            }
            guard line[first] == "-" || isDash(line[first]), first + 1 < line.count else { break }
            let next = line[(first + 1)...].firstIndex { $0 != " " && !isSpace($0) } ?? line.count
            guard next > first + 1 else { break }
            first = next
        }
        for place in line.indices.dropLast() {
            if line[place] == ":", isSpace(line[place + 1]) { spaces(from: place + 1, "behind this ':'") }
            if line[place] == "：" {
                append(
                    place..<place + 1, line[place + 1] == " " ? ":" : ": ", "a wide colon ('：') stands here",
                    "type a plain ':' with a space behind it")
            }
        }
        return all
    }
}

extension Node {
    /// The mistake at the beginning of a value that was meant as a list.
    var dashMistake: (message: String, hint: String)? {
        switch content {
        case .scalar(let text, .plain): LookAlike.dash(at: text)
        case .mapping(let pairs): pairs.first.flatMap { LookAlike.dash(at: $0.name) }
        default: nil
        }
    }
}
