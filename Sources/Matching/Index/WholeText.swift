/// A text that is the whole message, except for what stands around its first and last letter or digit.
public struct WholeText: Sendable, Hashable {
    /// The folded text from its first letter or digit to its last; the whole text if it has none.
    public var core: [UInt8]
    /// The signs and emoji before the core, which must stand before that of a message too.
    public var before: [[UInt8]]
    /// The signs and emoji behind the core.
    public var after: [[UInt8]]

    /// Takes apart a text.
    init(_ text: FoldedText) {
        core = text.core.isEmpty ? text.bytes : Array(text.core)
        before = text.tokens.prefix { !$0.isWord }.map { Array(text.bytes[$0.range]) }
        after = text.tokens.reversed().prefix { !$0.isWord }.reversed().map { Array(text.bytes[$0.range]) }
        // A text without letters, such as an emoji, is compared in full, punctuation included: there is no letter to
        // trim it to.
        if before.count == text.tokens.count { (before, after) = ([], []) }
    }

    /// Whether `text`, whose core is the same, has these signs around it.
    func fits(around text: FoldedText) -> Bool {
        if before.isEmpty, after.isEmpty { return true }
        let whole = WholeText(text)
        return whole.before.holds(inOrder: before) && whole.after.holds(inOrder: after)
    }

    /// Whether every message that is this text is `other` too.
    func implies(_ other: WholeText) -> Bool {
        core == other.core && before.holds(inOrder: other.before) && after.holds(inOrder: other.after)
    }

    /// The whole of the folded text, with spaces between signs.
    var bytes: [UInt8] { Array((before + [core] + after).joined(separator: [UInt8(ascii: " ")])) }
}

extension Sequence where Element: Equatable {
    /// Whether all of `wanted` are here in their order, with or without others between them.
    func holds(inOrder wanted: [Element]) -> Bool {
        var next = wanted.startIndex
        for element in self where next < wanted.endIndex && element == wanted[next] { next += 1 }
        return next == wanted.endIndex
    }
}
