import Testing

@testable import Matching

@Suite struct WholeTextTests {
    private func holds(_ pattern: TextPattern?, _ text: String) throws -> Bool {
        var index = TextIndex.Builder()
        let id = index.insert(try #require(pattern))
        return index.build().matches(in: FoldedText(text)).contains(id)
    }

    @Test(arguments: [
        ("תודה", " תודה!! 🙏", true), ("תודה", "תודה רבה", false), ("כן, תודה", "כן, תודה.", true),
        ("כן, תודה", "כן תודה", false),
        ("👍", "👍", true), ("👍", "👍👍", true), ("👍", "👍🏽!", true), ("👍", "🙏👍 ❤️", true), ("👍", "🙏", false),
        ("👍", "ok", false), ("👍", "👍 ok", false), ("ok 👍", "👍", false), ("🙏👍", "🙏 👍", true), ("🙏👍", "👍🙏", false),
        ("?", "?", true), ("?", "מה?", false),
        ("OK", "\"ok\"", true), ("1", "１", true), ("1", "①", true), ("1", "1️⃣.", true), ("1", "١", true),
        ("1", "۱", true),
        ("1", "१", true), ("۱", "1", true), ("10", "🔟", true), ("1", "½", false),
        ("C#", "C", false), ("C#", "C#!", true), ("C", "C#", true), ("50%", "50", false), ("50%", "50 %.", true),
        ("/help", "help", false), ("/help", "/help", true), ("$5", "5$", false), ("$5", "🙂 $5", true),
        ("תודה 🙏", "תודה", false), ("תודה 🙏", "תודה! 🙏🙏", true), ("#", "#", true), ("#", "#5", false),
        ("*1*", "1", false), ("C#", "C# course", false),
    ])
    func exactIsTheWholeMessageButForItsEnds(pattern: String, text: String, expected: Bool) throws {
        #expect(try holds(.exact(pattern), text) == expected)
    }

    @Test(arguments: [
        ("הזמ", "הזמנה 5", true), ("order", "  *Order* 5", true), ("order", "my order", false), ("#", "#5", true),
        ("hi there", "hi  there!", true), ("cafe", "café", false), ("👩", "👩‍🚀", false), ("👩", "👩🏽 ok", true),
        ("🇦🇺", "🇦🇺🇦🇩", true), ("🇦", "🇦🇺", false), ("🇦🇺🇦", "🇦🇺🇦🇩", false), ("🏴", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", false),
    ])
    func startsIsTheBeginning(pattern: String, text: String, expected: Bool) throws {
        #expect(try holds(.starts(pattern), text) == expected)
    }

    @Test(arguments: [
        ("שלוח", "המשלוחים", true), ("50%", "הנחה של 50% היום", true), ("%", "50", false), ("לו", "שָׁלוֹם", true),
        ("a b", "a\n\nb", true), ("cafe", "café", false), ("café", "un café", true), ("и", "мой", false),
        ("e", "éé e", true),
        ("👩", "👩‍🚀", false), ("🚀", "👩‍🚀", false), ("👩‍🚀", "ok👩🏽‍🚀", true), ("👩", "👩‍🚀👩", true),
        ("🇺🇦", "🇦🇺🇦🇩", false), ("🇱🇺", "ok🇮🇱🇺🇸", false), ("🇺🇸", "ok🇮🇱🇺🇸", true), ("🇺🇸", "🇮🇱🇺🇸🇺", true), ("🇺", "🇮🇱🇺", true),
        ("🇮", "🇮🇱🇺", false), ("🏴", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", false),
    ])
    func containsIsAnywhere(pattern: String, text: String, expected: Bool) throws {
        #expect(try holds(.contains(pattern), text) == expected)
    }
}
