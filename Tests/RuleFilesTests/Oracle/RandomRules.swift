import MatchingOracles
import Responder
import SeededRandom

/// Random rule sets and messages from one small stock of words, so that rules and messages meet.
struct RandomRules {
    private(set) var random: SeededRandom
    /// The words of this rule set and its messages.
    private var stock: [String]

    private static let pieces = [
        "שלום", "משלוח", "משלוחים", "הזמנה", "הזמנות", "מחיר", "מחירון", "שעות", "פתיחה", "רגל", "ב", "של", "צה״ל",
        "צהל", "ג׳ירפה",
        "רח׳", "שָׁלוֹם", "בוקר טוב", "ירושלים", "hello", "Hello", "HELLO", "don't", "dont", "opening", "hours", "order",
        "delivery",
        "strasse", "Straße", "STRAẞE", "café", "cafe", "cafe\u{301}", "naïve", "ﬁne", "fine", "привет", "ПРИВЕТ",
        "какой", "твой",
        "твои", "доставка", "ёлка", "елка", "мой", "cómo", "como", "cœur", "coeur", "İSTANBUL", "istanbul", "خدمة",
        "خدمه", "x.com", "https://x.com/hello", "wa.me/2", "wa.me", "me@x.com", "me", "v1.2", "机票", "机", "买机票", "かき",
        "かぎ", "ยกเลิก", "น้ำ", "مرحبا", "مَرْحَبًا", "مـرحبا", "أهلا", "اهلا", "توصيل", "1234",
        "12345", "٣", "3",
        "１２３",
        "abc123", "iphone15", "2", "½", "①", "１", "१", "🔟", "№", "no", "nº", "ℹ️", "i", "™", "m²", "m2", "👍", "👍🏽", "👩‍👩‍👧",
        "👩🏽‍🚀", "👩", "❤️", "❤️‍🔥", "🔥", "1️⃣", "🇮🇱", "🇱🇺", "🇺🇸", "🇮", "🏴", "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "$", "₪", "+",
        "C++", "C#", "C", "50%", "50", "/help", "help", "@", "&", "#", "%", "Σίσυφος", "ΣΊΣΥΦΟΣ",
    ]

    private static let glue = [
        " ", " ", " ", " ", " ", "  ", "\n", "\r\n", ", ", ". ", "-", "–", "־", "!", "? ", "'", "\"", "״", "׳", "’",
        "\u{200F}",
        "\u{200E}",
        "\u{2067}", "\u{2069}", "\u{200D}", "\u{200B}", "\u{FEFF}", "\u{AD}", "", "\u{A0}", "\t", "_", "*", "…",
        "\u{301}", "\u{5B8}",
        "\u{64E}", "/", "(", ")", "=",
    ]

    private static let prefixes = [
        "ה", "ב", "ו", "ל", "מ", "ש", "כ", "וה", "שה", "ולכשה", "לכשב", "כשל", "הה", "א", "בל", "ומה",
    ]

    private static let regexes = [
        "hello", #"order\s*#?(?<n>\d+)"#, #"\d{4,}"#, "^מ", "^ה?שלום", "[א-ת]{6}", "привет|מחיר", "(?-i)Hello", "👍",
        "ord[ae]r", "^order$", "[a-z]$", "^(?:hello|שלום|מחיר)", "(?m)^cafe$",
        "هلا", "1234+", "(?:של|מש)[^ ]+ו", "^[^a-z]+$|^b",
    ]

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        stock = []
    }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: elements.indices, using: &random)]
    }

    // MARK: Messages

    /// Chooses the words of the messages and rules that follow.
    mutating func turnStock(of count: Int = 14) {
        stock = (0..<count).map { _ in pick(Self.pieces) }
    }

    mutating func message(_ number: Int) -> Message {
        var text = chance(3) ? pick(Self.glue) : ""
        for place in 0..<Int.random(in: 0...5, using: &random) {
            if place > 0 { text += chance(3) ? pick(Self.glue) : " " }
            text += said(chance(8) ? pick(Self.pieces) : pick(stock))
        }
        if chance(4) { text += pick(Self.glue) }
        let type = pick([MessageType.text, .text, .text, .text, .image, .button, .list, .document, .location, .ptt])
        let hasBody = [.text, .button, .list, .location].contains(type)
        return Message(
            account: "972770000000", unique: "m\(number)", contact: Contact(address: "972500000000"), type: type,
            body: hasBody ? text : "https://x.il/\(text)", caption: hasBody || text.isEmpty ? nil : text,
            timestamp: Timestamp(seconds: 1_700_000_000))
    }

    /// Returns a message of these words alone, some of them written in other ways.
    mutating func message(_ number: Int, of words: [String]) -> Message {
        var message = message(number)
        message.type = pick([.text, .text, .text, .button, message.type])
        message.body = words.map { chance(3) ? said($0) : $0 }.joined(separator: chance(3) ? pick(Self.glue) : " ")
        message.caption = message.body.isEmpty ? nil : message.body
        return message
    }

    /// Returns one to three of these words.
    mutating func some(of words: [String]) -> [String] {
        (0..<Int.random(in: 1...3, using: &random)).map { _ in pick(words) }
    }

    /// Returns the word as somebody might write it: with a prefix, a typing mistake, other marks or case.
    private mutating func said(_ word: String) -> String {
        switch Int.random(in: 0..<10, using: &random) {
        case 0...1: return pick(Self.prefixes) + word
        case 2: return mistyped(word)
        case 3: return pick(Self.prefixes) + mistyped(word)
        case 4: return mistyped(mistyped(word))
        case 5: return word.uppercased()
        case 6:
            var scalars = Array(word.unicodeScalars)
            scalars.insert(
                pick(["\u{5B8}", "\u{200F}", "\u{64E}", "\u{301}", "\u{200D}", "\u{640}"]),
                at: Int.random(in: 0...scalars.count, using: &random))
            return String(String.UnicodeScalarView(scalars))
        default: return word
        }
    }

    private mutating func mistyped(_ word: String) -> String {
        guard !word.isEmpty else { return "a" }
        var letters = Array(word)
        let place = Int.random(in: letters.indices, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: letters.remove(at: place)
        case 1: letters.insert(letters[place], at: place)
        case 2: letters[place] = pick(["a", "ש", "т", "م", "7", "й"])
        default: letters.swapAt(place, min(place + 1, letters.count - 1))
        }
        return String(letters)
    }

    // MARK: Rules

    mutating func ruleSet() -> OracleRules {
        var set = OracleRules()
        set.filePrefixes = [pick([nil, nil, true, false]), pick([nil, nil, true, false])]
        set.fileAccents = [pick([nil, nil, nil, "ignore"]), pick([nil, nil, nil, "ignore", "count"])]
        set.words = ["words": keywords(upTo: 3), "more-words": keywords(upTo: 2)]
        let count = Int.random(in: 2...7, using: &random)
        set.rules = (0..<count).map { number in
            var rule = rule(isLast: number == count - 1)
            rule.id = "r\(number)"
            rule.file = number * 2 / count
            return rule
        }
        return set
    }

    private mutating func rule(isLast: Bool) -> OracleRule {
        var rule = OracleRule()
        rule.priority = pick([0, 0, 0, 0, 1, -1, 10])
        rule.continues = chance(5)
        rule.replies = !chance(5)
        rule.prefixes = pick([nil, nil, nil, true, false])
        rule.accents = pick([nil, nil, nil, nil, "ignore", "count"])
        if isLast, chance(4) { return rule }
        switch Int.random(in: 0..<12, using: &random) {
        case 0...4: rule.any = keywords(upTo: 4)
        case 5: rule.all = keywords(upTo: 2)
        case 6: rule.exact = texts(upTo: 4)
        case 7: rule.starts = texts(upTo: 3)
        case 8: rule.contains = texts(upTo: 3)
        case 9: rule.regex = [pick(Self.regexes)]
        case 10:
            rule.any = keywords(upTo: 3)
            rule.all = keywords(upTo: 1)
        default:
            rule.contains = texts(upTo: 3)
            rule.regex = [pick(Self.regexes), pick(Self.regexes)]
        }
        if !rule.any.isEmpty, chance(5) { rule.any.append("$words") }
        if !rule.all.isEmpty, chance(5) { rule.all.append("$more-words") }
        if !rule.exact.isEmpty, chance(5) { rule.exact.append("$words") }
        if chance(5) { rule.none = keywords(upTo: 2) }
        if !(rule.any + rule.all).isEmpty, chance(2) { rule.fuzzy = pick([1, 2]) }
        if chance(6) { rule.types = [pick([.text, .image, .button, .location]), .text] }
        return rule
    }

    private mutating func keywords(upTo most: Int) -> [String] {
        list(upTo: most) { $0.first == "$" && $0.count > 1 || KeywordOracle($0, prefixes: nil, mistakes: 0) == nil }
    }

    private mutating func texts(upTo most: Int) -> [String] {
        list(upTo: most) { $0.first == "$" && $0.count > 1 || TextOracle($0).isEmpty }
    }

    private mutating func list(upTo most: Int, except isBad: (String) -> Bool) -> [String] {
        var words: [String] = []
        let count = Int.random(in: 1...most, using: &random)
        while words.count < count {
            var word = pick(stock)
            if chance(4) { word += pick(Self.glue) + pick(stock) }
            if chance(8) { word = "=" + word }
            if chance(8) { word = pick(Self.glue) + word + pick(Self.glue) }
            if !isBad(word) { words.append(word) }
        }
        return words
    }
}
