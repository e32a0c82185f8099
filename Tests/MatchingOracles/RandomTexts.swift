public import SeededRandom

/// Words and signs in which matching could go wrong, from several scripts.
private let pieces: [String] = [
    "שלום", "משלוח", "המשלוח", "ושהמשלוח", "כשלמשלוח", "רגל", "ברגל", "צה״ל", "צהל", "בצה\"ל", "ג׳ירפה", "הזמנה",
    "לכשהזמנה",
    "הזמנות", "שָׁלוֹם", "מחיר", "במחיר", "שעות", "פתיחה", "הפתיחה", "של", "ב", "ה", "hello", "Hello", "HELLO", "don't",
    "dont",
    "opening", "hours", "order", "1234", "٣", "مرحبا", "مَرْحَبًا", "مـرحبا", "привет", "ПРИВЕТ", "straße", "STRASSE",
    "café", "cafe", "İyi", "iyi", "ёлка", "елка", "أهلا", "اهلا", "خدمة",
    "机票", "机", "票", "かぎ", "メニュー", "ยกเลิก", "ก",
    "x.com", "https://x.com/1", "wa.me/5", "wa.me", "me@x.com", "me", "v1.2",
    "👍", "👍🏽", "👩‍👩‍👧", "❤️", "$", "₪", "+", "#", "%", "/", "@", "&", "C#", "c", "50%", "50", "1️⃣", "1", "①", "१", "№", "no",
    "ℹ️", "i", "™", "½", "🇺🇦", "🇦🇺", "🇦🇩", "🇺", "🏴", "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
]

private let glue: [String] = [
    " ", " ", " ", "  ", "\n", ", ", ". ", "-", "–", "־", "!", "? ", "'", "\"", "״", "׳", "\u{200F}", "\u{200E}",
    "\u{200D}", "\u{FEFF}",
    "", "", "\u{A0}", "_", "*", "…", "\u{301}", "\u{5B8}",
]

/// Returns a random text of at most `words` words from several scripts, with anything between them.
public func randomText(using random: inout SeededRandom, upTo words: Int = 6) -> String {
    var text = ""
    for _ in 0..<Int.random(in: 0...words, using: &random) {
        text += glue.randomElement(using: &random) ?? ""
        text += pieces.randomElement(using: &random) ?? ""
        if Int.random(in: 0..<4, using: &random) > 0 { text += " " }
    }
    return text + (glue.randomElement(using: &random) ?? "")
}
