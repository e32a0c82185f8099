/// One `{{…}}` of a text. Offsets count scalars from the beginning of the text.
struct TextTag {
    /// The sign that gives the tag a special meaning: `#`, `^`, `/` or another one.
    var sigil: Character?
    var name: String
    /// The range of the name.
    var place: Range<Int>
    /// The range of the tag, braces included.
    var whole: Range<Int>
    var isClosed = true

    private static let sigils = "#^/&{!><$=%".unicodeScalars

    static func tags(in text: String) -> [TextTag] {
        let scalars = Array(text.unicodeScalars)
        var tags: [TextTag] = []
        var index = 0
        while index + 1 < scalars.count {
            guard scalars[index] == "{", scalars[index + 1] == "{" else {
                index += 1
                continue
            }
            let tag = tag(at: index, in: scalars)
            tags.append(tag)
            index = tag.whole.upperBound
        }
        return tags
    }

    private static func tag(at start: Int, in scalars: [Unicode.Scalar]) -> TextTag {
        var first = start + 2
        var sigil: Character?
        if first < scalars.count, sigils.contains(scalars[first]) {
            sigil = Character(scalars[first])
            first += 1
        }
        var end = first
        while end < scalars.count, !isDouble("}", at: end, in: scalars), !isDouble("{", at: end, in: scalars) {
            end += 1
        }
        let isTriple = sigil == "{"
        guard isDouble("}", at: end, in: scalars), !isTriple || isDouble("}", at: end + 1, in: scalars) else {
            return TextTag(sigil: sigil, name: "", place: start..<start + 2, whole: start..<start + 2, isClosed: false)
        }
        var name = scalars[first..<end]
        while name.first?.properties.isWhitespace == true { name.removeFirst() }
        while name.last?.properties.isWhitespace == true { name.removeLast() }
        return TextTag(
            sigil: sigil, name: String(String.UnicodeScalarView(name)),
            place: name.startIndex..<max(name.endIndex, name.startIndex + 1),
            whole: start..<end + (isTriple ? 3 : 2)
        )
    }

    private static func isDouble(_ scalar: Unicode.Scalar, at index: Int, in scalars: [Unicode.Scalar]) -> Bool {
        index + 1 < scalars.count && scalars[index] == scalar && scalars[index + 1] == scalar
    }
}
