import Testing

@testable import Matching

@Suite struct AccentTests {
    private func finds(_ keyword: String, in text: String, accents: Accents, mistakes: Int = 0) -> Bool {
        var index = TextIndex.Builder()
        guard let phrase = Phrase(keyword, mistakes: mistakes, accents: accents) else { return false }
        let id = index.insert(.phrase(phrase))
        return index.build().matches(in: FoldedText(text)).contains(id)
    }

    @Test(arguments: [
        ("istanbul", "İSTANBUL"), ("istanbul", "I\u{307}STANBUL"), ("istanbul", "i\u{307}stanbul"),
        ("İstanbul", "istanbul"), ("İYİ", "iyi günler"), ("ị", "i\u{307}\u{323}"),
    ])
    func theTurkishCapitalIsAnI(keyword: String, text: String) {
        #expect(finds(keyword, in: text, accents: .count))
        #expect(finds(keyword, in: text, accents: .ignore))
    }

    @Test(arguments: [
        ("cómo", "como llego?"), ("como", "¿Cómo llego?"), ("niño", "nino"), ("pingüino", "pinguino"),
        ("où", "ou"), ("garçon", "GARCON"), ("cœur", "coeur"), ("coeur", "Cœur"), ("ex æquo", "ex aequo"),
        ("não", "nao"), ("ação", "acao"), ("Ÿ", "y"), ("ёлка", "елка"), ("елка", "ЁЛКА"), ("أهلا", "اهلا"),
        ("إلى", "الى"), ("آسف", "اسف"), ("ٱلسلام", "السلام"), ("مسؤول", "مسوول"), ("شاطئ", "شاطي"), ("خدمة", "خدمه"),
        ("خدمه", "الخدمة خدمة"), ("cafe\u{301}", "cafe"), ("über", "uber"), ("שלום", "שָׁלוֹם"),
    ])
    func accentsAreIgnoredWhereARuleSaysSo(keyword: String, text: String) {
        #expect(finds(keyword, in: text, accents: .ignore))
        // Hebrew points never count.
        #expect(finds(keyword, in: text, accents: .count) == (keyword == "שלום"))
    }

    @Test(arguments: [("мой", "мои"), ("ı", "i"), ("على", "علي"), ("ο", "ό"), ("かき", "かぎ"), ("ø", "o"), ("ء", "ا")])
    func lettersOfTheirOwnAreNotAccents(keyword: String, text: String) {
        #expect(!finds(keyword, in: text, accents: .ignore))
    }

    @Test func theyAreIgnoredInTypingMistakesToo() {
        #expect(finds("información", in: "informasion", accents: .ignore, mistakes: 1))
        #expect(!finds("información", in: "informasion", accents: .count, mistakes: 1))
    }

    @Test func wholeTextsBeginningsAndPartsIgnoreThemToo() throws {
        let makers: [(String, Accents) -> TextPattern?] = [TextPattern.exact, TextPattern.starts, TextPattern.contains]
        for make in makers {
            for accents in Accents.allCases {
                var index = TextIndex.Builder()
                let id = index.insert(try #require(make("qué", accents)))
                let other = index.insert(try #require(make("que", .count)))
                let found = index.build().matches(in: FoldedText("Que!"))
                #expect(found.contains(id) == (accents == .ignore))
                #expect(found.contains(other))
            }
        }
    }

    @Test func aStrictPatternIsFoundByALooseOneButNotTheOtherWayRound() throws {
        let strict = try #require(TextPattern.contains("cómo", accents: .count))
        let loose = try #require(TextPattern.contains("como", accents: .ignore))
        #expect(strict.implies(loose) && !loose.implies(strict) && loose.implies(loose))
        let (word, looseWord) = (Phrase("cómo llego"), Phrase("como", accents: .ignore))
        #expect(TextPattern.phrase(try #require(word)).implies(.phrase(try #require(looseWord))))
        #expect(try #require(TextPattern.exact("¡cómo!")).implies(.phrase(try #require(looseWord))))
    }
}
