import Testing

@testable import Matching

private func finds(_ keyword: String, in text: String, prefixes: Phrase.Prefixes = .longWords) -> Bool {
    var index = TextIndex.Builder()
    guard let phrase = Phrase(keyword, prefixes: prefixes) else { return false }
    let id = index.insert(.phrase(phrase))
    return index.build().matches(in: FoldedText(text)).contains(id)
}

@Suite struct KeywordTests {
    @Test(arguments: [
        "המשלוח", "למשלוח", "ושהמשלוח", "במשלוח", "שלמשלוח", "וכשהמשלוח", "מהמשלוח", "לכשהמשלוח", "משלוח",
    ])
    func aHebrewKeywordIsFoundBehindAttachedLetters(word: String) {
        #expect(finds("משלוח", in: "מה עם \(word)?"))
    }

    @Test(arguments: ["אמשלוח", "משלוחים", "המשלוחון", "ההמשלוח", "בלמשלוח", "מ שלוח", "xמשלוח"])
    func butNotInsideOtherWords(word: String) {
        #expect(!finds("משלוח", in: "מה עם \(word)?"))
    }

    @Test func shortKeywordsTakePrefixesOnlyWhenTold() {
        #expect(!finds("רגל", in: "ברגל"))
        #expect(finds("רגל", in: "ברגל", prefixes: .always))
        #expect(!finds("משלוח", in: "המשלוח", prefixes: .never))
        #expect(!finds("=משלוח", in: "המשלוח"))
        #expect(finds("=משלוח", in: "משלוח!"))
        #expect(!finds("=רגל", in: "ברגל", prefixes: .always))
    }

    @Test func prefixesAreHebrewAlone() {
        #expect(!finds("delivery", in: "הdelivery"))
        #expect(!finds("ועדה2", in: "בועדה2"))
        #expect(finds("ארה״ב", in: "בארה\"ב"))
    }

    @Test(arguments: [
        ("שעות פתיחה", "מה שעות הפתיחה?", true),
        ("שעות פתיחה", "שעות, פתיחה", true),
        ("שעות פתיחה", "שעות\n\u{200F}פתיחה", true),
        ("שעות פתיחה", "שעות של פתיחה", false),
        ("שעות פתיחה", "פתיחה שעות", false),
        ("opening hours", "Opening-Hours!!", true),
        ("opening hours", "opening 🙂 hours", true),
        ("opening hours", "openinghours", false),
        ("hi", "this", false),
        ("hi", "hi", true),
        ("50$", "it costs 50 $", true),
        ("50$", "it costs 50", false),
        ("👍", "ok 👍🏽", true),
        ("👍", "ok", false),
        ("🇺🇦", "🇦🇺🇦🇩", false),
        ("🇱🇺", "🇮🇱🇺🇸", false),
        ("🇺🇸", "🇮🇱🇺🇸", true),
        ("🇦", "🇦🇺", false),
        ("🏴", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", false),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏴󠁧󠁢󠁥󠁮󠁧󠁿", true),
        ("a b a b c", "a b a b a b c", true),
        ("هلا", "هَلا والله", true),
        ("2", "2️⃣", true),
        ("don't", "I dont know", true),
        ("no", "№ 12345", false), ("i", "ℹ️ hours?", false), ("tm", "Replyd™", false), ("tel", "℡ 03-1234567", false),
        ("№ 12345", "№ 12345", true), ("ℹ️", "ℹ hours?", true), ("order 12", "order ١٢", true), ("१", "option ①", true),
        ("1", "½", false), ("5", "5½", false),
    ])
    func phrasesAreWholeWordsInARow(keyword: String, text: String, expected: Bool) {
        #expect(finds(keyword, in: text) == expected)
    }

    @Test(arguments: [
        ("50%", "50 units", false), ("50%", "50 % off", true), ("50%", "*50*%!", true), ("50%", "٪50", false),
        ("50%", "50٪", true), ("C#", "vitamin C", false), ("C#", "I know c# well", true), ("C", "C#", true),
        ("/help", "please help me", false), ("/help", "/Help!", true), ("@shop", "the shop", false),
        ("@shop", "hi @Shop", true), ("C++", "C", false), ("C++", "C+", false), ("C++", "c++?", true),
        ("R&D", "R D", false), ("R&D", "r & d", true), ("fish & chips", "fish, chips", false),
        ("*100#", "100", false), ("*100#", "dial *100#", true), ("24/7", "24 7", false), ("24/7", "open 24/7?", true),
        ("C# course", "the *C#* course", true), ("C# course", "C course #", false),
        ("#1 in C#", "we are #1 in C #!", true),
        ("ok 👍", "ok! 👍", true), ("ok 👍", "ok", false), ("ok 👍", "👍 ok", false), ("$5", "5$", false),
        ("opening-hours!", "opening hours", true), ("opening_hours", "opening hours", true), ("#", "#5", true),
        ("#", "5", false), ("👍👍", "👍 👍", true), ("👍👍", "👍 ok 👍", false), ("+", "C++", true),
        ("%$", "50 % $", true), ("%$", "50$ %", false),
    ])
    func signsOfAKeywordMustStandThereToo(keyword: String, text: String, expected: Bool) {
        #expect(finds(keyword, in: text) == expected)
    }

    @Test(arguments: [
        ("机票", "我想买机票谢谢", true), ("机票", "机票", true), ("票", "机票", true), ("机票", "机 票", false),
        ("机票", "机。票", false), ("机票", "飛机飛票", false), ("手机", "iPhone手机壳", true), ("iphone", "我要iPhone手机", true),
        ("iphone手机", "我的iPhone手机坏了", true), ("iphone手机", "iPhone 手机", false), ("phone", "我要iPhone手机", false),
        ("2", "買２張票", true), ("12", "買123張票", false), ("机票 退款", "机票，退款", true), ("机票 退款", "我要机票退款", true),
        ("说机", "他说\"机票\"吧", false), ("机票", "他说\"机票\"吧", true), ("ยกเลิก", "ขอยกเลิกคำสั่งซื้อค่ะ", true),
        ("ก", "กิน", false), ("น้ำ", "ดื่มน้ำ", true), ("ราคา", "ราคา100บาท", true), ("100", "ราคา100บาท", true),
        ("100", "ราคา๑๐๐บาท", true), ("キャンセル", "予約をキャンセルしたい", true), ("キャンセル", "ｷｬﾝｾﾙです", true), ("かき", "かぎ", false),
        ("ລາຄາ", "ລາຄາເທົ່າໃດ", true), ("តម្លៃ", "តើតម្លៃប៉ុន្មាន", true), ("ဈေး", "ဈေးဘယ်လောက်လဲ", true), ("한국", "한국어", false),
        ("שלום", "机שלום票", true), ("שלום", "机השלום票", true), ("C机", "C#机", false), ("机票$", "机票 $", true),
    ])
    func scriptsWithoutSpacesAreFoundWithinASentence(keyword: String, text: String, expected: Bool) {
        #expect(finds(keyword, in: text) == expected)
    }

    @Test(arguments: ["", "  ", "!?", "\u{200F}", "…", "״"])
    func aKeywordOfNothingIsNone(keyword: String) {
        #expect(Phrase(keyword) == nil)
    }
}
