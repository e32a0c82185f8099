extension Unicode.Scalar {
    /// Whether the letter belongs to a script that is written without spaces between words, so that nothing tells where
    /// a word ends: Chinese characters, kana and bopomofo, and the scripts of Unicode's line breaking class SA (Unicode
    /// Standard Annex 14), such as Thai, Lao, Khmer and Burmese. Korean has spaces.
    var isOfScriptWithoutSpaces: Bool {
        // The first of these scripts is Thai.
        value >= 0xE00 && Self.scriptsWithoutSpaces.contains { $0.contains(value) }
    }

    private static let scriptsWithoutSpaces: [ClosedRange<UInt32>] = [
        // Thai, Lao; Burmese and its extensions; Khmer.
        0xE00...0xEFF, 0x1000...0x109F, 0xA9E0...0xA9FF, 0xAA60...0xAA7F, 0x1780...0x17FF,
        // Tai Le, New Tai Lue, Tai Tham, Tai Viet, Ahom.
        0x1950...0x19DF, 0x1A20...0x1AAF, 0xAA80...0xAADF, 0x11700...0x1174F,
        // Radicals, marks of repetition, kana, bopomofo, and Chinese characters.
        0x2E80...0x2FDF, 0x3005...0x3007, 0x3021...0x3029, 0x3031...0x312F, 0x31A0...0x31BF, 0x31F0...0x31FF,
        0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x1AFF0...0x1B16F, 0x20000...0x3FFFD,
    ]
}
