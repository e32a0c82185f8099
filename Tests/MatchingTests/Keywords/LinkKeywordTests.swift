import Testing

@testable import Matching

@Suite struct LinkKeywordTests {
    private func finds(_ pattern: TextPattern?, in text: String) throws -> Bool {
        var index = TextIndex.Builder()
        let id = index.insert(try #require(pattern))
        return index.build().matches(in: FoldedText(text)).contains(id)
    }

    @Test(arguments: [
        ("1", "https://maps.app.goo.gl/1"), ("https", "https://x.com"), ("sale", "me@sale.com"), ("me", "me@sale.com"),
        ("com", "x.com"), ("delivery", "www.x.com/delivery"), ("972501234567", "wa.me/972501234567"),
        ("@sale", "me@sale.com"), ("/a", "https://x.com/a"), ("מחיר", "https://x.com/מחיר"),
        ("sale com", "me@sale.com"),
        ("opening hours", "opening https://x.com hours"), ("x.com", "me@x.com"), ("x.com", "https://shop.x.com"),
        ("x.com/a", "x.com/ab"), ("x.com", "x.community/a"), ("delivery", "https://x.com/delivry"),
        ("send", "whatsapp://send"),
        ("y.com", "x.com/?to=https://y.com"),
    ])
    func wordsOfLinksAndMailAddressesAreNoWords(keyword: String, text: String) throws {
        #expect(try !finds(Phrase(keyword).map(TextPattern.phrase), in: "hi \(text) !"))
        #expect(try !finds(Phrase(keyword, mistakes: 2).map(TextPattern.phrase), in: text))
    }

    @Test(arguments: [
        ("https://x.com/a", "see https://x.com/a!"), ("https://x.com/a", "HTTPS://X.com/a/"),
        ("x.com", "https://www.x.com"),
        ("https://www.x.com/", "x.com"), ("me@sale.com", "write to Me@Sale.com."),
        ("wa.me", "https://wa.me/972501234567"),
        ("wa.me", "wa.me/972501234567?text=hi"), ("wa.me/972501234567", "wa.me/972501234567"), ("bit.ly", "bit.ly/a"),
        ("wa.me", "on wa.me"), ("x.com/a", "x.com/a/b"), ("x.com", "x.com:8080/a"),
        ("see x.com now", "see x.com, now!"),
        ("הזמנה", "הזמנה x.com/5"), ("ב", "בhttps://x.com"), ("תודה", "x.comתודה"), ("v1.2", "v1.2"),
        ("next", "end.Next"),
        ("thanks", "ok.thanks"), ("@shop", "@shop"), ("5", "5 https://x.com"), ("=x.com", "x.com/a"),
        ("x.com 🙏", "x.com 🙏"),
    ])
    func aKeywordThatIsALinkIsFoundAndSoIsWhatIsNone(keyword: String, text: String) throws {
        #expect(try finds(Phrase(keyword).map(TextPattern.phrase), in: text))
    }

    @Test func containsAndStartsSeeLinksAndExactIsTheWholeLink() throws {
        #expect(try finds(.contains("goo.gl"), in: "https://maps.app.goo.gl/1"))
        #expect(try finds(.contains("1"), in: "https://maps.app.goo.gl/1"))
        #expect(try finds(.starts("https"), in: "https://x.com"))
        #expect(try !finds(.exact("1"), in: "https://maps.app.goo.gl/1"))
        #expect(try !finds(.exact("com"), in: "x.com"))
        #expect(try finds(.exact("https://x.com/a"), in: "https://x.com/a/ 🙂"))
        #expect(try !finds(.exact("שלום"), in: "שלום https://x.com"))
        #expect(try finds(.exact("me@x.com"), in: "<me@x.com>"))
    }

    @Test func aLinkImpliesALinkThatItBeginsWithAndNoWord() throws {
        func pattern(_ keyword: String) throws -> TextPattern { .phrase(try #require(Phrase(keyword))) }
        #expect(try pattern("https://x.com/a").implies(pattern("x.com")))
        #expect(try !pattern("x.com").implies(pattern("x.com/a")))
        #expect(try !pattern("x.com/a").implies(pattern("a")))
        #expect(try pattern("x.com/a").implies(#require(TextPattern.contains("om/a"))))
        #expect(try #require(TextPattern.exact("see x.com/a")).implies(pattern("x.com")))
        #expect(try !#require(TextPattern.exact("x.com/a")).implies(pattern("com")))
        // A link need not say the words of its name.
        #expect(try !pattern("wa.me").implies(pattern("wa")))
    }

    @Test func theKeywordsOfAMessageHaveNoLinks() {
        #expect(FoldedText("delivery https://x.com/a to me@x.com").keywords == [["delivery"], ["to"]])
    }
}
