import Matching
import Testing

@Suite struct RegexSubjectTests {
    @Test func onlyDirectionalControlsAreRemoved() {
        #expect("\u{200F}הזמנה \u{202A}1234\u{202C}\u{2066}!\u{2069}\u{61C}".withoutBidiMarks == "הזמנה 1234!")
        #expect("צה״ל\u{200D}".withoutBidiMarks == "צה״ל\u{200D}")
        #expect("\u{200F}הזמנה \u{202A}1234\u{202C}\u{2066}!\u{2069}\u{61C}".regexSubject == "הזמנה 1234!")
    }

    @Test(arguments: [
        ("הזמנה ٤٨٢", "הזמנה 482"), ("#️⃣5", "#5"), ("*️⃣1️⃣0️⃣", "*10"), ("½ № Ⅳ", "½ № Ⅳ"), ("☎️ צה״ל", "☎️ צה״ל"),
        ("é\u{301}", "é\u{301}"),
    ])
    func digitsAreMadePlainAndTheRestIsAsItWasWritten(text: String, subject: String) {
        #expect(Array(text.regexSubject.unicodeScalars) == Array(subject.unicodeScalars))
    }

    @Test(arguments: [
        ("help ", "help"), (" help", "help"), (" \t help \r\n", "help"), ("\u{A0}a b\u{3000}", "a b"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("\r", ""),
        ("", ""), ("a\r\n\r\nb", "a\n\nb"), ("\u{200B}שלום\u{FEFF}", "שלום"), ("👩\u{200D}", "👩\u{200D}"),
    ])
    func spaceAroundTheTextIsGoneAndLinesEndAlike(text: String, subject: String) {
        #expect(Array(text.regexSubject.unicodeScalars) == Array(subject.unicodeScalars))
    }
}
