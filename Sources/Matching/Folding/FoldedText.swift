/// A text made comparable: differences of case, marks, controls, quotes, widths and spacing are gone.
///
/// The rules are those of the rules language: Unicode case folding and compatibility equivalence; no niqqud,
/// cantillation, tatweel or Arabic vowel marks; no bidi or zero-width controls (a joiner inside an emoji stays);
/// geresh, gershayim, apostrophes and quotes alike; any run of spaces one space, none at the ends. A quote between two
/// letters belongs to the word and leaves no trace (`צה״ל` is `צהל`, `don't` is `dont`).
public struct FoldedText: Sendable, Hashable {
    /// One word or one symbol of the text; offsets are UTF-8 bytes of ``bytes``.
    public struct Token: Sendable, Hashable {
        /// The offset at which the token begins.
        public var start: Int32
        /// The offset at which the token ends, exclusive.
        public var end: Int32
        /// Whether the token is made of letters and digits, and is not a sign such as `$` or an emoji.
        public var isWord: Bool

        var range: Range<Int> { Int(start)..<Int(end) }
    }

    /// The folded text in UTF-8.
    public private(set) var bytes: [UInt8] = []
    /// The words and symbols in their order; spaces and punctuation are not listed.
    public private(set) var tokens: [Token] = []

    /// Folds `text`.
    public init(_ text: String) {
        bytes.reserveCapacity(text.utf8.count)
        var folder = Folder()
        let table = FoldingTable.shared
        for scalar in text.unicodeScalars {
            if let folded = table.common(scalar) {
                folder.append(folded)
            } else {
                for folded in table.folded(scalar) { folder.append(folded) }
            }
        }
        folder.finish()
        bytes = folder.bytes
        tokens = folder.tokens
    }

    /// Whether nothing is left to compare.
    public var isEmpty: Bool { bytes.isEmpty }

    /// The text from its first letter or digit to its last one; empty if it has none.
    var core: ArraySlice<UInt8> {
        guard let first = tokens.first(where: \.isWord), let last = tokens.last(where: \.isWord) else { return [] }
        return bytes[Int(first.start)..<Int(last.end)]
    }

    /// The text from its first letter or digit on; the whole text if it has none.
    var fromFirstWord: ArraySlice<UInt8> {
        guard let first = tokens.first(where: \.isWord) else { return bytes[...] }
        return bytes[Int(first.start)...]
    }
}

/// Assembles a ``FoldedText`` scalar by scalar.
private struct Folder {
    var bytes: [UInt8] = []
    var tokens: [FoldedText.Token] = []

    private enum Open { case nothing, word, emoji }
    private var open = Open.nothing
    private var lastIsLetter = false
    private var pendingQuote = false
    private var pendingSpace = false
    private var pendingJoiner = false
    /// The combining marks since the last base, in their order in the text; ``flushMarks()`` puts them into canonical
    /// order.
    private var marks: [FoldedScalar] = []
    private var areMarksInOrder = true

    mutating func append(_ next: FoldedScalar) {
        if next.kind == .joiner {
            // Outside an emoji a joiner is dropped like the other zero-width controls.
            pendingJoiner = true
            return
        }
        if next.kind == .mark {
            appendMark(next)
            return
        }
        flushMarks()
        if pendingQuote {
            pendingQuote = false
            if next.kind == .letter {
                write(next.scalar)
                extendToken()
                return
            }
            if next.kind == .quote {
                pendingQuote = true
                return
            }
            open = .nothing
            write("'")
        }
        switch next.kind {
        case .letter, .digit:
            flushSpace()
            if open == .word {
                write(next.scalar)
                extendToken()
            } else {
                startToken(next.scalar, isWord: true)
                open = .word
            }
            lastIsLetter = next.kind == .letter
        case .quote:
            if open == .word, lastIsLetter {
                pendingQuote = true
            } else {
                flushSpace()
                open = .nothing
                if bytes.last != UInt8(ascii: "'") { write("'") }
            }
        case .space:
            pendingSpace = true
            open = .nothing
        case .punctuation:
            flushSpace()
            write(next.scalar)
            open = .nothing
        case .symbol:
            flushSpace()
            startToken(next.scalar, isWord: false)
            open = .nothing
        case .emoji:
            if open == .emoji, pendingJoiner {
                write("\u{200D}")
                write(next.scalar)
                extendToken()
            } else {
                flushSpace()
                startToken(next.scalar, isWord: false)
                open = .emoji
            }
        case .joiner, .mark:
            break
        }
        pendingJoiner = false
    }

    mutating func finish() {
        flushMarks()
        if pendingQuote { write("'") }
        pendingQuote = false
    }

    private mutating func appendMark(_ mark: FoldedScalar) {
        // A mark that follows no letter or digit is dropped.
        guard open == .word, !pendingQuote else { return }
        if mark.combiningClass == 0 { flushMarks() }
        if let last = marks.last, last.combiningClass > mark.combiningClass { areMarksInOrder = false }
        marks.append(mark)
        if mark.combiningClass == 0 { flushMarks() }
    }

    private mutating func flushMarks() {
        guard !marks.isEmpty else { return }
        if !areMarksInOrder {
            // The marks are sorted all at once: one letter of a message may carry a hundred thousand of them.
            let places = marks.indices.sorted { (marks[$0].combiningClass, $0) < (marks[$1].combiningClass, $1) }
            marks = places.map { marks[$0] }
            areMarksInOrder = true
        }
        for mark in marks { write(mark.scalar) }
        marks.removeAll(keepingCapacity: true)
        extendToken()
    }

    private mutating func flushSpace() {
        if pendingSpace, !bytes.isEmpty { bytes.append(UInt8(ascii: " ")) }
        pendingSpace = false
    }

    private mutating func startToken(_ scalar: Unicode.Scalar, isWord: Bool) {
        let start = Int32(bytes.count)
        write(scalar)
        tokens.append(.init(start: start, end: Int32(bytes.count), isWord: isWord))
    }

    private mutating func extendToken() {
        tokens[tokens.count - 1].end = Int32(bytes.count)
    }

    private mutating func write(_ scalar: Unicode.Scalar) {
        if scalar.isASCII {
            bytes.append(UInt8(truncatingIfNeeded: scalar.value))
        } else if scalar.value < 0x800 {
            bytes.append(UInt8(truncatingIfNeeded: 0xC0 | scalar.value >> 6))
            bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar.value & 0x3F))
        } else {
            bytes.append(contentsOf: UTF8.encode(scalar).unsafelyUnwrapped)
        }
    }
}

extension String {
    /// The text without directional controls (U+061C, U+200E, U+200F, U+202A–U+202E, U+2066–U+2069), which keyboards
    /// put between Hebrew and digits and which nobody sees.
    public var withoutBidiMarks: String {
        // The UTF-8 of each control begins with one of these two bytes; looking for bytes is quicker.
        let mayHold = utf8.withContiguousStorageIfAvailable { bytes in
            bytes.contains { $0 == 0xE2 || $0 == 0xD8 }
        }
        guard mayHold != false, unicodeScalars.contains(where: \.isBidiMark) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.filter { !$0.isBidiMark }))
    }
}

extension Unicode.Scalar {
    fileprivate var isBidiMark: Bool {
        switch value {
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
