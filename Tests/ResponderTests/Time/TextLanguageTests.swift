import Responder
import Testing

@Suite struct TextLanguageTests {
    @Test(arguments: [
        ("שלום לכם", TextLanguage.hebrew), ("مرحبا", .arabic), ("hello", .english), ("привет", .russian),
        ("ok שלום", .hebrew), ("hi שלום everybody", .english), ("אב ab", .hebrew), ("12345", nil), ("?!", nil),
        ("", nil),
        ("٤٨٢١٣ ۱۲", nil), ("№ 12345", nil),
    ])
    func itIsThatOfTheScriptWithMostLetters(text: String, language: TextLanguage?) {
        #expect(TextLanguage(of: text) == language)
    }

    @Test(arguments: [
        ("ראיתם? https://www.example.com/a/very/long/path", TextLanguage.hebrew), ("https://example.com/price", nil),
        ("HTTPS://EXAMPLE.COM", nil), ("me.and.you@example.com", nil), ("050-1234567 me@example.com", nil),
        ("דנה, dana.levi@mail.example.co.il", .hebrew), ("привет bit.ly/AbCdEfGhIjKl", .russian),
        ("wa.me/972501234567", nil), ("كم السعر؟ shop.example.com?item=delivery", .arabic),
        ("www.example.co.il שעות", .hebrew), ("מחיר: (https://example.com/delivery).", .hebrew),
    ])
    func linksAndMailAddressesHaveNone(text: String, language: TextLanguage?) {
        #expect(TextLanguage(of: text) == language)
    }

    @Test(arguments: ["version v1.2 שלום", "the end.Next one שלום", "Thanks.yes please שלום", "ok@home and שלום"])
    func whatOnlyLooksLikeOneHasLetters(text: String) {
        #expect(TextLanguage(of: text) == .english)
    }

    @Test func aRuleForALanguageIsNotMisledByALink() throws {
        var chat = try Chat("  - {id: he, when: {language: he}, match: anything, reply: שלום}")
        #expect(chat.answers("תראו https://maps.app.goo.gl/abcdefghijkl") == ["שלום"])
        #expect(chat.answers("https://maps.app.goo.gl/abcdefghijkl").isEmpty)
        let why = chat.why(chat.message("https://example.com"))
        #expect(why == ["-he: language: the message is of no known language, not he"])
    }
}
