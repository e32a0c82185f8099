/// A text that is the whole message, except for what stands around its first and last letter or digit.
public struct WholeText: Sendable, Hashable {
    /// The folded text from its first letter or digit to its last; empty if it is of signs and emoji alone, and the whole
    /// text if it has none of these either.
    public var core: [UInt8]
    /// The signs and emoji before the core, which must stand before that of a message too; all of them if it has no core.
    public var before: [[UInt8]]
    /// The signs and emoji behind the core.
    public var after: [[UInt8]]

    /// Takes apart a text.
    init(_ text: FoldedText) {
        core = Self.core(of: text)
        before = text.tokens.prefix { !$0.isWord }.map { Array(text.bytes[$0.range]) }
        let isOfSigns = before.count == text.tokens.count
        after =
            isOfSigns ? [] : text.tokens.reversed().prefix { !$0.isWord }.reversed().map { Array(text.bytes[$0.range]) }
    }

    /// Returns the ``core`` of a text.
    static func core(of text: FoldedText) -> [UInt8] {
        let core = text.core
        return core.isEmpty && text.tokens.isEmpty ? text.bytes : Array(core)
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
    var bytes: [UInt8] {
        Array((before + [core] + after).filter { !$0.isEmpty }.joined(separator: [UInt8(ascii: " ")]))
    }
}

extension Sequence where Element: Equatable {
    /// Whether all of `wanted` are here in their order, with or without others between them.
    func holds(inOrder wanted: [Element]) -> Bool {
        var next = wanted.startIndex
        for element in self where next < wanted.endIndex && element == wanted[next] { next += 1 }
        return next == wanted.endIndex
    }
}
