/// Assembles a ``FoldedText`` scalar by scalar.
struct Folder {
    private(set) var bytes: [UInt8] = []
    private(set) var tokens: [FoldedText.Token] = []
    /// Whether the text has one of the signs without which there is no link.
    private(set) var mayHoldLinks = false

    private enum Open { case nothing, word, emoji }
    private var open = Open.nothing
    private var lastIsLetter = false
    /// Whether the last letter is a token of its own, as in scripts without spaces.
    private var lastStandsAlone = false
    private var pendingQuote = false
    private var pendingSpace = false
    private var pendingJoiner = false
    /// Whether the text so far ends with the first of the two letters that make a flag.
    private var isFlagOpen = false
    /// The combining marks since the last base, in their order in the text; ``flushMarks()`` puts them into canonical
    /// order.
    private var marks: [FoldedScalar] = []
    private var areMarksInOrder = true
    /// The letter or digit that the marks are on.
    private var base: Unicode.Scalar = " "
    private let accents: Accents

    init(accents: Accents) {
        self.accents = accents
    }

    mutating func append(_ next: FoldedScalar) {
        guard accents == .ignore, next.kind == .letter, let (first, second) = Accents.reduced(next.scalar) else {
            appendWhole(next)
            return
        }
        appendWhole(FoldedScalar(scalar: first, kind: .letter))
        if let second { appendWhole(FoldedScalar(scalar: second, kind: .letter)) }
    }

    private mutating func appendWhole(_ next: FoldedScalar) {
        if next.kind == .joiner {
            // Outside an emoji a joiner is dropped like the other zero-width controls.
            pendingJoiner = true
            return
        }
        if next.kind == .mark {
            appendMark(next)
            return
        }
        if next.kind == .tag {
            appendTag(next)
            return
        }
        flushMarks()
        let continuesFlag = isFlagOpen && !pendingJoiner && next.scalar.isFlagLetter
        isFlagOpen = false
        if pendingQuote {
            pendingQuote = false
            if next.kind == .letter, !next.scalar.isOfScriptWithoutSpaces {
                base = next.scalar
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
            base = next.scalar
            let standsAlone = next.kind == .letter && next.scalar.isOfScriptWithoutSpaces
            if open == .word, !standsAlone, !lastStandsAlone {
                write(next.scalar)
                extendToken()
            } else {
                startToken(next.scalar, isWord: true)
                open = .word
            }
            lastIsLetter = next.kind == .letter
            lastStandsAlone = standsAlone
        case .quote:
            if open == .word, lastIsLetter, !lastStandsAlone {
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
            mayHoldLinks = mayHoldLinks || next.scalar == "." || next.scalar == ":"
            flushSpace()
            write(next.scalar)
            open = .nothing
        case .symbol:
            mayHoldLinks = mayHoldLinks || next.scalar == "@"
            flushSpace()
            startToken(next.scalar, isWord: false)
            open = .nothing
        case .emoji:
            if open == .emoji, pendingJoiner {
                write("\u{200D}")
                write(next.scalar)
                extendToken()
            } else if continuesFlag {
                write(next.scalar)
                extendToken()
            } else {
                flushSpace()
                startToken(next.scalar, isWord: false)
                open = .emoji
                isFlagOpen = next.scalar.isFlagLetter
            }
        case .joiner, .mark, .tag:
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
        // The Turkish İ is an i with a dot above in lower case, which the i has anyway.
        if base == "i", mark.scalar == "\u{307}" { return }
        if accents == .ignore, Accents.isAccent(mark.scalar, on: base) { return }
        if mark.combiningClass == 0 { flushMarks() }
        if let last = marks.last, last.combiningClass > mark.combiningClass { areMarksInOrder = false }
        marks.append(mark)
        if mark.combiningClass == 0 { flushMarks() }
    }

    private mutating func appendTag(_ tag: FoldedScalar) {
        // A tag belongs to the emoji before it, as in the flag of Wales; anywhere else nobody sees it.
        guard open == .emoji else { return }
        write(tag.scalar)
        extendToken()
        isFlagOpen = false
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
