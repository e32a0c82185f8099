import Testing

@testable import Responder

@Suite struct ColumnTests {
    @Test(arguments: [
        ("abc", 3), ("שָׁלוֹם", 4), ("😀", 2), ("👨‍👩‍👧", 2), ("❤️", 2), ("日本", 4), ("🇮🇱", 2), ("☎", 1), ("☎️", 2), ("🫠", 2),
        ("\u{2068}a\u{2069}", 1), ("e\u{301}", 1),
    ])
    func aTextTakesSoManyColumns(text: String, columns: Int) {
        #expect(text.columns == columns)
    }
}
