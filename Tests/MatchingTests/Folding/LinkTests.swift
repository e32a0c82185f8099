import Matching
import Testing

@Suite struct LinkTests {
    /// Texts with their links in brackets.
    @Test(arguments: [
        "[https://maps.app.goo.gl/1]", "see [http://x.il/a?b=c#d], or [HTTP://X.COM].", "[whatsapp://send]",
        "ב[https://x.com/a]", "([https://x.com/a_b-(c])!", "[https://he.wikipedia.org/wiki/שלום]",
        "[www.x.com]", "[WWW.Example.Co.Il/מחיר] תודה", "[me@sale.com]", "<[me+you.too@mail.sale.co.il]>",
        "_[a_b@x.com]_", "[x.com]", "[shop.example.org]?", "[x.co.il], [y.com.br]!", "[x.com/a]/", "[x.com:8080/a]",
        "[x.com?id=5]", "[wa.me/972501234567]", "[bit.ly/a]", "[t.me/x]", "[maps.app.goo.gl/1]", "[my.shop/sale]",
        "ראו:[x.com]תודה", "\"[https://x.com/a]\"", "[https://x.com/1]🙂", "看[https://x.com/a]谢谢", "[x.com]...[y.com]",
        "[https://1.2.3.4/x]",
    ])
    func theseAreLinks(text: String) {
        let plain = text.replacing("[", with: "").replacing("]", with: "")
        let outside = text.replacing(/\[[^\]]*\]/, with: " ")
        #expect(plain.withoutLinks == outside)
    }

    @Test(
        arguments: [
            "v1.2", "end.Next", "end.next", "ok.thanks", "yes.it is", "1.5/2.5", "3.kg/5", "a.m/p.m", "p.s./x",
            "12.10.2026",
            "he/she", "me@home", "me@5.30pm", "@shop", "https://", "http:x", "yes.no?really", "me.it:5", "www.x",
            "www. x.y", "file.pdf",
            "10:30",
            "50%/month", "C++/C#", "...", "a..com", ".com", "com", "x.info", "שלום.com", "אתר.קום", "x.comé",
            "and.then/so",
        ])
    func theseAreNone(text: String) {
        #expect(text.withoutLinks == text)
    }

    @Test(arguments: ["a.", "a@", "a@b.co", "www.", "x.co/", "http://", "a-", "@@", "a.b@", "://a", "x.com/'", "a+"])
    func theyAreFoundInTimeThatGrowsWithTheText(piece: String) {
        let clock = ContinuousClock()
        let time = clock.measure { _ = String(repeating: piece, count: 262_144 / piece.utf8.count).withoutLinks }
        // This is no benchmark: the square of the length would be minutes.
        #expect(time < .seconds(10))
    }
}
