extension String {
    /// The text as regular expressions see it: as it was written, but without what nobody sees or means.
    ///
    /// - Digits are plain: PCRE2's `\d` takes `١` but neither `①` nor `1️⃣`, `[0-9]` takes none of them, and what a group
    ///   finds goes to people and systems that know the number by its plain digits alone. So `\d`, `[0-9]` and `1` all
    ///   mean what ``TextPattern/exact(_:accents:)`` means by `1`.
    /// - Space at both ends is gone: phones put some behind a word that they complete, and `^help$` is to find it.
    /// - Lines end with a line feed, the only end that `$` and `.` know.
    /// - There are no directional controls (U+061C, U+200E, U+200F, U+202A–U+202E, U+2066–U+2069), which keyboards put
    ///   between Hebrew and digits.
    public var regexSubject: String {
        // The UTF-8 of each scalar that is changed or left out within the text has one of these bytes, and one of space at
        // its ends has one of these or is below them; Hebrew has none.
        let mayChange = utf8.withContiguousStorageIfAvailable { bytes in
            bytes.first.map { $0 <= 0x20 } == true || bytes.last.map { $0 <= 0x20 } == true
                || bytes.contains { $0 >= 0xD8 || $0 == 0xC2 || $0 == 0x0D }
        }
        guard mayChange != false else { return self }
        var scalars: [Unicode.Scalar] = []
        var last: Unicode.Scalar?
        for scalar in unicodeScalars where !scalar.isBidiMark {
            defer { last = scalar }
            if let digits = scalar.plainDigits {
                scalars += digits.unicodeScalars
            } else if scalar == "\r" {
                scalars.append("\n")
            } else if scalar == "\n", last == "\r" {
                continue
            } else if !(scalar.isKeycapSign && scalars.last?.isKeyOfKeycap == true) {
                scalars.append(scalar)
            }
        }
        let start = scalars.firstIndex { !$0.isSpaceAround } ?? scalars.endIndex
        let end = scalars.lastIndex { !$0.isSpaceAround } ?? start - 1
        return String(String.UnicodeScalarView(scalars[start..<end + 1]))
    }

    /// The text without directional controls.
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

    /// Whether the scalar is not seen at the ends of a text: white space, a control, or a zero-width space.
    fileprivate var isSpaceAround: Bool {
        switch value {
        case 0x200B, 0x2060, 0xFEFF: true
        default: properties.isWhitespace || properties.generalCategory == .control
        }
    }

    /// Whether the scalar puts the one before it on a key (`1️⃣`) or chooses how that looks.
    fileprivate var isKeycapSign: Bool { value == 0x20E3 || value == 0xFE0E || value == 0xFE0F }

    fileprivate var isKeyOfKeycap: Bool { ("0"..."9").contains(self) || self == "#" || self == "*" }
}
