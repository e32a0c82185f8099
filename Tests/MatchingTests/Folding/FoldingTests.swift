import Testing

@testable import Matching

@Suite struct FoldingTests {
    /// Pairs of texts that differ only in the parts that folding removes.
    @Test(arguments: [
        ("HELLO", "hello"),
        ("שָׁלוֹם", "שלום"),
        ("ש\u{5C1}ל\u{5B9}ום", "שלום"),
        ("\u{FB2A}לום", "שלום"),
        ("\u{200F}שלום\u{200E}", "שלום"),
        ("\u{2067}שלום\u{2069}", "שלום"),
        ("של\u{200B}ום", "שלום"),
        ("צה״ל", "צה\"ל"),
        ("צה''ל", "צה״ל"),
        ("צה״ל", "צהל"),
        ("ג׳ירפה", "ג'ירפה"),
        ("ג’ירפה", "גירפה"),
        ("don't", "don’t"),
        ("don\u{1FFD}t", "don\u{B4}t"),
        ("don't", "dont"),
        ("ＨＥＬＬＯ　１２３", "hello 123"),
        ("a\u{A0}b", "a b"),
        ("  a \n\t b  ", "a b"),
        ("Straße", "STRASSE"),
        ("Straße", "STRAẞE"),
        ("don'\u{200D}t", "dont"),
        ("cafe\u{200D}\u{301}", "café"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("caf\u{E9}", "cafe\u{301}"),
        ("ﷺ", "صلى الله عليه وسلم"),
        ("مُحَمَّد", "محمد"),
        ("مــحمد", "محمد"),
        ("ﻣﺤﻤﺪ", "محمد"),
        ("ПРИВЕТ", "привет"),
        ("❤️", "❤"),
        ("👍🏽", "👍"),
        ("1️⃣", "1"),
        ("m²", "m2"),
        ("a\u{323}\u{301}", "a\u{301}\u{323}"),
    ])
    func foldedAlike(left: String, right: String) {
        #expect(FoldedText(left) == FoldedText(right))
        #expect(!FoldedText(left).isEmpty)
    }

    @Test(arguments: [
        ("שלום", "שלומ"), ("e", "é"), ("👩‍👩‍👧", "👩👩👧"), ("a.b", "a b"), ("ı", "i"), ("كتاب", "کتاب"), ("أ", "ا"),
        ("№", "no"), ("nº", "no"), ("ℹ️", "i"), ("™", "tm"), ("℡", "tel"), ("℃", "c"), ("㎏", "kg"), ("Ⓐ", "a"),
        ("🄰", "a"), ("🆗", "ok"), ("₨", "rs"), ("㏂", "am"), ("½", "1/2"), ("㍘", "0点"),
    ])
    func foldedApart(left: String, right: String) {
        #expect(FoldedText(left) != FoldedText(right))
    }

    @Test(arguments: [
        "１", "①", "❶", "➀", "⓵", "⑴", "⒈", "1️⃣", "1⃣", "١", "۱", "१", "๑", "𝟙", "𝟏", "¹", "₁",
    ])
    func aDigitIsTheSameInEveryDressing(one: String) {
        #expect(FoldedText(one) == FoldedText("1"))
        #expect("#\(one)!".regexSubject == "#1!")
    }

    @Test(arguments: [
        ("⑫", "12"), ("⓬", "12"), ("⑿", "12"), ("⒓", "12"), ("㉑", "21"), ("㊿", "50"), ("🔟", "10"), ("❿", "10"),
        ("٤٨٢١٣", "48213"), ("1️⃣0️⃣", "10"),
    ])
    func soIsANumberOfMoreDigits(dressed: String, plain: String) {
        #expect(FoldedText(dressed) == FoldedText(plain))
        #expect(dressed.regexSubject == plain)
    }

    /// Texts and their tokens, with `|` between tokens.
    @Test(arguments: [
        ("שלום, עולם!", "שלום|עולם"),
        ("opening-hours?", "opening|hours"),
        ("*bold* _it_", "*|bold|*|it"),
        ("צה״ל בע\"מ", "צהל|בעמ"),
        ("'quoted'", "quoted"),
        ("א׳–ה׳", "א|ה"),
        ("₪200", "₪|200"),
        ("הזמנה#1234", "הזמנה|#|1234"),
        ("/help me@x ٪", "/|help|me|@|x|%"),
        ("3.5", "3|5"),
        ("ok👍🏽thanks", "ok|👍|thanks"),
        ("👩‍👩‍👧 hi", "👩‍👩‍👧|hi"),
        ("№ 12345", "№|12345"),
        ("5½ kg", "5½|kg"),
        ("🇦🇺🇦🇩", "🇦🇺|🇦🇩"),
        ("🇮🇱🇺🇸🇫", "🇮🇱|🇺🇸|🇫"),
        ("🇮 🇱🇺", "🇮|🇱🇺"),
        ("🇮\u{200E}🇱 ok 🇺", "🇮🇱|ok|🇺"),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿🏴", "🏴󠁧󠁢󠁥󠁮󠁧󠁿|🏴"),
        ("🇮\u{E0067}🇱🇺", "🇮\u{E0067}|🇱🇺"),
        ("a\u{E0067}b", "ab"),
        ("हिन्दी", "हिन्दी"),
        ("שֶׁל־אֲנִי", "של|אני"),
        ("a\u{200D}b", "ab"),
        ("", ""),
        ("!?…", ""),
        ("\u{301}\u{5B9}", ""),
    ])
    func wordsEndWhereLettersAndDigitsEnd(text: String, tokens: String) {
        let folded = FoldedText(text)
        let found = folded.tokens.map { String(decoding: folded.bytes[$0.range], as: UTF8.self) }
        #expect(found.joined(separator: "|") == tokens)
    }
}
