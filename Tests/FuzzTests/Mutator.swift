import SeededRandom

/// Damages texts at random: bits, bytes, stretches, lines and values.
struct Mutator {
    /// The texts to damage.
    let corpus: [[UInt8]]
    /// Texts that are chosen less often, because they are damaged enough already.
    let broken: [[UInt8]]
    /// Pieces that change the meaning of the text around them.
    let pieces: [[UInt8]]

    /// Bytes that are not UTF-8, and characters that few programs expect.
    private static let oddities: [[UInt8]] =
        [
            "\0", "\u{1}", "\u{1B}[2J", "\u{7F}", "\u{85}", "\u{9B}", "\u{FEFF}", "\u{2028}", "\u{202E}", "\u{200F}",
            "\u{301}", "\u{5B8}", "\u{FFFD}", "\u{10FFFF}", "👩‍👩‍👧", "\r\n", "\n", "\t", " ",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]]

    init(_ corpus: [[UInt8]], broken: [[UInt8]] = [], pieces: [String]) {
        self.corpus = corpus
        self.broken = broken
        self.pieces = pieces.map { Array($0.utf8) } + Self.oddities
    }

    /// Returns a text of the corpus with one to six things wrong with it.
    func mutated(using random: inout SeededRandom) -> [UInt8] {
        var bytes = random.one(of: !broken.isEmpty && random.chance(0.3) ? broken : corpus)
        for _ in 0..<1 + min(random.upTo(6), random.upTo(6), random.upTo(6)) { damage(&bytes, using: &random) }
        return bytes
    }

    private func damage(_ bytes: inout [UInt8], using random: inout SeededRandom) {
        let place = random.upTo(bytes.count + 1)
        let stretch = place..<min(place + random.upTo(random.chance(0.2) ? 200 : 12), bytes.count)
        switch random.upTo(12) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.upTo(8))
        case 1 where place < bytes.count: bytes[place] = UInt8(random.upTo(256))
        case 2: bytes.removeSubrange(stretch)
        case 3: bytes.insert(contentsOf: bytes[stretch], at: random.upTo(bytes.count + 1))
        case 4: bytes.replaceSubrange(stretch, with: random.one(of: pieces))
        case 5, 6: replaceValue(in: &bytes, using: &random)
        case 7, 8: damageLines(of: &bytes, using: &random)
        case 9:
            let other = random.one(of: broken.isEmpty ? corpus : broken)
            bytes.replaceSubrange(place..., with: other[random.upTo(other.count + 1)...])
        case 10 where random.chance(0.1):
            let piece = stretch.isEmpty ? random.one(of: pieces) : Array(bytes[stretch])
            bytes.insert(contentsOf: repeatElement(piece, count: random.upTo(600)).joined(), at: place)
        case 11 where random.chance(0.1):
            bytes.insert(contentsOf: HostileText.text(using: &random, upTo: 20_000).utf8, at: place)
        default: bytes.insert(contentsOf: random.one(of: pieces), at: place)
        }
    }

    /// Replaces the value after a colon.
    private func replaceValue(in bytes: inout [UInt8], using random: inout SeededRandom) {
        let colons = bytes.indices.filter { bytes[$0] == UInt8(ascii: ":") }
        guard !colons.isEmpty else { return }
        let start = random.one(of: colons) + 1
        let end = bytes[start...].firstIndex { [0x0A, 0x2C, 0x7D].contains($0) } ?? bytes.endIndex
        bytes.replaceSubrange(start..<end, with: [0x20] + random.one(of: pieces))
    }

    private func damageLines(of bytes: inout [UInt8], using random: inout SeededRandom) {
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
        let line = random.upTo(lines.count)
        switch random.upTo(5) {
        case 0: lines.remove(at: line)
        case 1: lines.insert(lines[line], at: random.upTo(lines.count + 1))
        case 2: lines.swapAt(line, random.upTo(lines.count))
        case 3: lines[line].insert(contentsOf: repeatElement(0x20, count: 1 + random.upTo(4)), at: 0)
        default: lines[line].removeFirst(min(random.upTo(4), lines[line].count))
        }
        bytes = Array(lines.joined(separator: [0x0A]))
    }
}
