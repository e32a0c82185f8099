/// Links and mail addresses, whose letters are no words.
///
/// A link is what a phone would underline, but no more than is certain, for people often leave out the space behind a
/// full stop (`ok.thanks`):
///
/// - what begins with `https://` or another scheme, or with `www.`;
/// - a mail address;
/// - a name that ends in `.com`, `.net`, `.org`, `.edu`, `.gov` or in two parts like `.co.il`, with or without a path;
/// - a name of another kind with a path, if it ends in two letters (`wa.me/…`, `bit.ly/…`) or in one of ``commonEndings``.
///
/// Names are those of Latin letters, digits and hyphens (RFC 1123, section 2.1). A link goes up to the next space, sign
/// of punctuation that is not Latin, quote, emoji or letter of a script without spaces; Latin punctuation at its end is not
/// part of it.
struct Links {
    /// Endings that need no path.
    private static let certainEndings: Set<String> = ["com", "net", "org", "edu", "gov"]
    /// First parts of endings that have two parts, the second of which is a country.
    private static let firstParts: Set<String> = ["co", "com", "net", "org", "edu", "gov", "ac", "muni"]
    /// Endings of more than two letters that need a path.
    private static let commonEndings: Set<String> = [
        "app", "biz", "dev", "info", "link", "online", "page", "shop", "site", "store", "xyz",
    ]

    private let bytes: [UInt8]
    /// The ranges of the links in the bytes, in their order.
    private(set) var ranges: [Range<Int>] = []

    /// Finds the links of a text in UTF-8, folded or as it was written.
    init(in bytes: [UInt8]) {
        self.bytes = bytes
        var index = 0
        while index < bytes.count {
            let end = endOfName(from: index)
            if end < bytes.count, bytes[end] == UInt8(ascii: "@"), let address = address(around: end) {
                append(address, &index)
            } else if end > index, let link = link(in: index..<end) {
                append(link, &index)
            } else {
                index = max(end, index + 1)
            }
        }
    }

    private mutating func append(_ link: Range<Int>, _ index: inout Int) {
        ranges.append(link)
        index = link.upperBound
    }

    /// Returns the end of the letters, digits, dots and hyphens from `index` on.
    private func endOfName(from index: Int) -> Int {
        bytes[index...].firstIndex { !$0.isLatinWordlike && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "-") }
            ?? bytes.count
    }

    // MARK: Keywords

    /// Returns the part of a link by which it is looked for: without its scheme and without `www.`.
    static func core(of link: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let rest = link.drop { $0.isLatinWordlike || $0 == UInt8(ascii: "-") }
        let sign = Array("://".utf8)
        let name = rest.starts(with: sign) ? rest.dropFirst(sign.count) : link
        let world = Array("www.".utf8)
        return name.starts(with: world) ? name.dropFirst(world.count) : name
    }

    /// Whether a link may be looked for by its part up to `end`: by its name, by each part of its path, or as a whole.
    static func mayEnd(_ link: ArraySlice<UInt8>, at end: Int) -> Bool {
        end == link.endIndex || "/?#:".utf8.contains(link[end])
    }

    /// Returns a keyword that is a link for people who know the name, but is no link in every message: `wa.me`, `bit.ly`.
    static func name(in keyword: [UInt8]) -> [UInt8]? {
        let host = keyword.prefix { !"/?#:".utf8.contains($0) }
        let labels = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count > 1, let last = labels.last, last.count > 1, last.allSatisfy(\.isLatinLetter),
            labels.allSatisfy({ $0.first?.isLatinWordlike == true && $0.last?.isLatinWordlike == true }),
            host.allSatisfy({ $0.isLatinWordlike || ".-".utf8.contains($0) }), !keyword.contains(UInt8(ascii: " "))
        else { return nil }
        var name = Array(core(of: keyword[...]))
        while name.last?.isLatinWordlike == false, name.last.map({ $0 < 0x80 }) == true { name.removeLast() }
        return name
    }

    // MARK: Addresses

    private func address(around sign: Int) -> Range<Int>? {
        let domain = names(in: sign + 1..<endOfName(from: sign + 1)).first
        guard let domain, domain.lowerBound == sign + 1, let labels = labels(domain), labels.count > 1,
            labels[labels.count - 1].allSatisfy(\.isLatinLetter), labels[labels.count - 1].count > 1,
            !isCut(at: domain.upperBound)
        else { return nil }
        var start = sign
        let first = ranges.last?.upperBound ?? 0
        while start > first, bytes[start - 1].isLatinWordlike || "._%+-".utf8.contains(bytes[start - 1]) { start -= 1 }
        while start < sign, !bytes[start].isLatinWordlike { start += 1 }
        return start < sign ? start..<domain.upperBound : nil
    }

    // MARK: Links

    /// Returns the first link that begins in a run of letters, digits, dots and hyphens.
    private func link(in run: Range<Int>) -> Range<Int>? {
        for name in names(in: run) {
            let isAtEnd = name.upperBound == run.upperBound
            if let end = endOfBareLink(name, isAtEnd: isAtEnd) { return name.lowerBound..<end }
            if isAtEnd, let scheme = scheme(before: run.upperBound, from: name.lowerBound) { return scheme }
        }
        return nil
    }

    private func scheme(before colon: Int, from first: Int) -> Range<Int>? {
        let sign = Array("://".utf8)
        guard bytes[colon...].starts(with: sign), colon + sign.count < bytes.count else { return nil }
        let rest = colon + sign.count
        guard bytes[rest].isLatinWordlike || bytes[rest] >= 0x80 else { return nil }
        let start = bytes[first..<colon].lastIndex(of: UInt8(ascii: ".")).map { $0 + 1 } ?? first
        guard colon - start > 1, bytes[start].isLatinLetter else { return nil }
        let end = endOfLink(from: rest)
        return end > rest ? start..<end : nil
    }

    private func endOfBareLink(_ name: Range<Int>, isAtEnd: Bool) -> Int? {
        let next = isAtEnd && name.upperBound < bytes.count ? bytes[name.upperBound] : 0
        guard let labels = labels(name), labels.count > 1, !isCut(at: name.upperBound) else { return nil }
        let last = labels[labels.count - 1]
        guard last.count > 1, last.allSatisfy(\.isLatinLetter) else { return nil }
        let ending = lowercased(last)
        let isTwofold =
            labels.count > 2 && last.count == 2 && Self.firstParts.contains(lowercased(labels[labels.count - 2]))
        let isWorldWide = labels.count > 2 && lowercased(labels[0]) == "www"
        if isWorldWide || isTwofold || Self.certainEndings.contains(ending) {
            let goesOn = "/?#:".utf8.contains(next)
            return goesOn ? endOfLink(from: name.upperBound) : name.upperBound
        }
        guard next == UInt8(ascii: "/"), last.count == 2 || Self.commonEndings.contains(ending),
            labels[labels.count - 2].contains(where: \.isLatinLetter)
        else { return nil }
        let end = endOfLink(from: name.upperBound)
        return end > name.upperBound ? end : nil
    }

    /// Returns the end of a link that goes on at `index`, without the punctuation behind it.
    private func endOfLink(from index: Int) -> Int {
        var end = index
        while end < bytes.count, let length = lengthInLink(at: end) { end += length }
        while end > index, bytes[end - 1] < 0x80, !bytes[end - 1].isLatinWordlike { end -= 1 }
        return end
    }

    /// Returns the length of the scalar at `index`, or `nil` if no link goes on there.
    private func lengthInLink(at index: Int) -> Int? {
        let byte = bytes[index]
        if byte < 0x80 { return byte <= 0x20 || byte == 0x7F || "\"'`<>".utf8.contains(byte) ? nil : 1 }
        guard let scalar = bytes[...].firstScalar(at: index), !scalar.isOfScriptWithoutSpaces else { return nil }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber, .format:
            return UTF8.width(scalar)
        default: return nil
        }
    }

    // MARK: Names

    /// Returns the parts of a run between two dots in a row, without dots and hyphens at their ends.
    private func names(in run: Range<Int>) -> [Range<Int>] {
        var names: [Range<Int>] = []
        var start = run.lowerBound
        func append(upTo end: Int) {
            let part = bytes[start..<end]
            if let first = part.firstIndex(where: \.isLatinWordlike),
                let last = part.lastIndex(where: \.isLatinWordlike)
            {
                names.append(first..<last + 1)
            }
        }
        for index in run.dropFirst() where bytes[index] == UInt8(ascii: ".") && bytes[index - 1] == UInt8(ascii: ".") {
            append(upTo: index)
            start = index
        }
        append(upTo: run.upperBound)
        return names
    }

    /// Returns the parts of a name between its dots, or `nil` if it is none because one of them begins or ends with a
    /// hyphen.
    private func labels(_ name: Range<Int>) -> [ArraySlice<UInt8>]? {
        let labels = bytes[name].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.allSatisfy { $0.first?.isLatinWordlike == true && $0.last?.isLatinWordlike == true }
            ? labels : nil
    }

    /// Whether the word of a name goes on at `index` with a Latin letter that no name has, or with a mark.
    private func isCut(at index: Int) -> Bool {
        guard index < bytes.count, bytes[index] >= 0x80, let scalar = bytes[...].firstScalar(at: index) else {
            return false
        }
        switch scalar.value {
        case 0xC0...0x24F, 0x1E00...0x1EFF: return scalar.properties.isAlphabetic
        default: return bytes[...].continues(at: index)
        }
    }

    private func lowercased(_ label: ArraySlice<UInt8>) -> String {
        String(decoding: label, as: UTF8.self).lowercased()
    }
}

extension UInt8 {
    fileprivate var isLatinLetter: Bool { (0x61...0x7A).contains(self | 0x20) }
    fileprivate var isLatinWordlike: Bool { isLatinLetter || (0x30...0x39).contains(self) }
}

extension String {
    /// The text with a space in place of each link and each mail address.
    public var withoutLinks: String {
        let bytes = Array(utf8)
        // Every link has one of these.
        guard bytes.contains(where: { ".@:".utf8.contains($0) }) else { return self }
        let links = Links(in: bytes).ranges
        guard !links.isEmpty else { return self }
        var rest: [UInt8] = []
        var start = 0
        for link in links {
            rest += bytes[start..<link.lowerBound] + [UInt8(ascii: " ")]
            start = link.upperBound
        }
        return String(decoding: rest + bytes[start...], as: UTF8.self)
    }
}
