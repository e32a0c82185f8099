/// Texts in which one character holds thousands of Unicode scalars, or in which the ends of characters are hard to
/// find.
public enum HostileText {
    /// The kinds of texts: for each its name, the scalars that come first, and those that can be repeated behind them
    /// without end.
    public static let kinds: [(name: String, head: String, repeated: String)] = [
        ("marks", "a", "\u{301}"),
        ("marks out of order", "a", "\u{301}\u{316}"),
        ("marks of many classes", "ש", "\u{345}\u{301}\u{315}\u{5B8}\u{5C1}\u{5B0}\u{327}\u{334}"),
        ("niqqud", "", "ש\u{5C1}\u{5B8}"),
        ("families", "", "\u{1F469}\u{200D}\u{1F467}\u{200D}"),
        ("one family", "\u{1F469}", "\u{200D}\u{1F466}"),
        ("regional indicators", "", "\u{1F1EE}"),
        ("flags", "", "\u{1F1EE}\u{1F1F1}"),
        ("keycaps", "", "1\u{FE0F}\u{20E3}"),
        ("enclosing marks", "1", "\u{20E3}"),
        ("leading jamo", "", "\u{1100}"),
        ("syllables of jamo", "", "\u{1100}\u{1161}\u{11A8}"),
        ("trailing jamo", "\u{1100}\u{1161}", "\u{11A8}"),
        ("variation selectors", "☎", "\u{FE0F}"),
        ("supplementary selectors", "字", "\u{E0100}"),
        ("marks of direction", "", "\u{202E}\u{200F}"),
        ("isolates", "", "\u{2067}a\u{2069}"),
        ("tags", "\u{1F3F4}", "\u{E0067}"),
        ("conjuncts", "", "\u{915}\u{94D}"),
        ("prepended signs", "", "\u{600}"),
        ("skin tones", "\u{1F44B}", "\u{1F3FD}"),
        ("joiners", "", "\u{200D}"),
        ("marks on nothing", "", "\u{301}"),
        ("marks on spaces", "", " \u{301}"),
        ("line breaks", "x", "\r\n"),
        ("long decompositions", "", "\u{FDFA}"),
        ("formatting", "", "*\u{301}_\u{301}~`"),
        ("braces", "", "{{message.text}}"),
        ("NUL", "a", "\0\u{301}\u{316}"),
        ("links", "", "https://x.com/a "),
        ("one link", "https://x.com", "/a?b#c:"),
        ("names", "", "a."),
        ("addresses", "", "a@b.co"),
        ("signs", "c", "#+"),
        ("a word and signs", "", "c#"),
        ("letters without spaces", "", "机票"),
        ("dotted letters", "", "İ"),
        ("accents", "", "é"),
        ("digits in dresses", "", "①"),
    ]

    /// Returns a text with `count` Unicode scalars or just below.
    ///
    /// - Parameters:
    ///   - kind: The index of the text's kind in ``kinds``, modulo their number.
    ///   - count: The number of Unicode scalars.
    public static func text(_ kind: Int, scalars count: Int) -> String {
        let (_, head, repeated) = kinds[kind % kinds.count]
        let left = max(0, count - head.unicodeScalars.count)
        return head + String(repeating: repeated, count: left / repeated.unicodeScalars.count)
    }

    /// Returns a few stretches of several kinds, with words between them, of at most `count` Unicode scalars.
    public static func text(using random: inout SeededRandom, upTo count: Int) -> String {
        var text = ""
        for _ in 0...random.upTo(4) {
            // Short texts, and texts just about as long as a limit, are more frequent than by chance.
            let length = random.one(of: [
                random.upTo(4), random.upTo(40), 1000, 4090 + random.upTo(12), random.upTo(count),
            ])
            switch random.upTo(4) {
            case 0: text += random.one(of: ["ping", " ", "\n", "שלום ", "…", "a", "\u{2028}", "1", "👩‍👩‍👧", "é"])
            default: text += Self.text(random.upTo(kinds.count), scalars: min(length, count))
            }
        }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(count)))
    }
}
