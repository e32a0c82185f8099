extension TextPattern {
    /// Whether every text that holds this pattern certainly holds `other` too; `false` if that is not certain.
    public func implies(_ other: TextPattern) -> Bool {
        if self == other { return true }
        if accents != other.accents {
            return other.accents == .ignore && withoutAccents?.implies(other) == true
        }
        return switch (shape, other.shape) {
        case _ where shape == other.shape:
            true
        case (.phrase(let phrase), .phrase(let wanted)):
            phrase.implies(wanted)
        case (.phrase(let phrase), .contains(let bytes)):
            phrase.certainTexts.contains { FoldedText.holds(bytes, in: $0) }
        case (.exact(let text), .exact(let other)):
            text.implies(other)
        case (.exact(let text), .phrase(let wanted)):
            FoldedText.holds(wanted, in: text.bytes)
        case (.exact(let text), .starts(let bytes)):
            FoldedText.begins(text.core, with: bytes)
        case (.starts(let text), .starts(let bytes)):
            FoldedText.begins(text, with: bytes)
        case (.exact(let text), .contains(let bytes)):
            FoldedText.holds(bytes, in: text.core)
        case (.starts(let text), .contains(let bytes)), (.contains(let text), .contains(let bytes)):
            FoldedText.holds(bytes, in: text)
        default:
            false
        }
    }
}

extension Phrase {
    fileprivate func implies(_ wanted: Phrase) -> Bool {
        // A message may have just the link.
        if link != nil { return false }
        if wanted.isOfSigns, !isOfSigns {
            // Between the signs of this phrase there may be others.
            return wanted.words.count == 1 && signs.joined().contains(wanted.words[0].bytes)
        }
        guard wanted.isOfSigns == isOfSigns, wanted.words.count <= words.count else { return false }
        return (0...(words.count - wanted.words.count)).contains { start in
            wanted.words.indices.allSatisfy { words[start + $0].implies(wanted.words[$0]) }
                && wanted.words.indices.allSatisfy { !wanted.words[$0].isAttached || words[start + $0].isAttached }
                && wanted.signs.indices.allSatisfy { wanted.signs[$0].isEmpty || holds(wanted.signs[$0], start + $0) }
        }
    }

    private func holds(_ wanted: [[UInt8]], _ gap: Int) -> Bool { !signs.isEmpty && signs[gap].holds(inOrder: wanted) }
}

extension Phrase.Word {
    /// Whether every word of a message that matches this word matches `wanted` too.
    fileprivate func implies(_ wanted: Phrase.Word) -> Bool {
        if isLink || wanted.isLink { return isLink && wanted.isLink && Phrase.begins(bytes[...], with: wanted.bytes) }
        if bytes == wanted.bytes {
            return (wanted.takesPrefixes || !takesPrefixes) && wanted.mistakes >= mistakes
        }
        return !takesPrefixes && mistakes == 0 && Phrase.matches(wanted, bytes[...])
    }
}

extension FoldedText {
    /// Creates a text from bytes that are folded already, with or without their accents.
    private init(folded bytes: [UInt8]) {
        self.init(String(decoding: bytes, as: UTF8.self))
    }

    /// Whether these folded bytes hold the phrase.
    fileprivate static func holds(_ phrase: Phrase, in bytes: [UInt8]) -> Bool {
        var index = TextIndex.Builder()
        let id = index.insert(.phrase(phrase))
        return index.build().matches(in: FoldedText(folded: bytes)).contains(id)
    }

    /// Whether these folded bytes begin with `part`, and it cuts no letter, emoji or flag in two.
    fileprivate static func begins(_ bytes: [UInt8], with part: [UInt8]) -> Bool {
        bytes.starts(with: part) && FoldedText(folded: bytes).standsAlone(0..<part.count)
    }

    /// Whether `part` is anywhere in these folded bytes, and cuts no letter, emoji or flag in two.
    fileprivate static func holds(_ part: [UInt8], in bytes: [UInt8]) -> Bool {
        guard var found = bytes.firstRange(of: part) else { return false }
        let text = FoldedText(folded: bytes)
        while !text.standsAlone(found) {
            guard let next = bytes[(found.lowerBound + 1)...].firstRange(of: part) else { return false }
            found = next
        }
        return true
    }
}
