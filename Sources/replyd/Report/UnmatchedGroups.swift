import Matching
import Responder
import Store

/// Messages that no rule matched, grouped by the words they share: candidates for the next rules.
///
/// A group is the set of messages that one keyword of a rule would find, including Hebrew prefixes. The keyword that
/// finds most messages comes first; the next one is chosen for the remaining messages. A keyword that only one contact
/// uses makes no group.
struct UnmatchedGroups {
    struct Group: Equatable {
        /// The words that most of the messages hold, including the keyword, in the order of the first sample.
        var words: [String]
        var messages: Int
        var contacts: Int
        /// The most frequent messages, as they were written.
        var samples: [String]
    }

    /// The groups, the largest first.
    private(set) var groups: [Group] = []
    /// The number of messages that are in no group.
    private(set) var ungrouped = 0
    /// The number of messages without words, by type.
    private(set) var wordless: [String: Int] = [:]

    private static let sampleLimit = 3
    private static let wordLimit = 4

    /// Messages with the same words, apart from numbers and signs.
    private struct Saying {
        var text: String
        var count = 0
        var conversations: Set<Int64> = []
        /// The keywords that find each word, by word.
        var keywords: [[String]]
    }

    private var sayings: [Saying] = []
    /// The indices of the sayings that each keyword finds, by keyword.
    private var found: [String: [Int]] = [:]

    init(_ messages: [Statistics.Unmatched], limit: Int = 10) {
        read(messages)
        var isLeft = Array(repeating: true, count: sayings.count)
        var counts = found.mapValues { $0.reduce(0) { $0 + sayings[$1].count } }
        while groups.count < limit, let keyword = best(counts, isLeft) {
            let members = (found[keyword] ?? []).filter { isLeft[$0] }
            groups.append(group(keyword, members))
            for member in members {
                isLeft[member] = false
                for keyword in Set(sayings[member].keywords.joined()) { counts[keyword]? -= sayings[member].count }
            }
        }
        ungrouped = sayings.indices.reduce(0) { $0 + (isLeft[$1] ? sayings[$1].count : 0) }
    }

    private mutating func read(_ messages: [Statistics.Unmatched]) {
        var indices: [String: Int] = [:]
        for message in messages {
            guard let text = message.text, case let folded = FoldedText(text), !folded.isEmpty else {
                wordless[message.type.rawValue, default: 0] += 1
                continue
            }
            let all = folded.keywords
            // Numbers, of orders for example, make no difference, but a choice from a menu does.
            let worded = all.filter { !$0[0].allSatisfy(\.isNumber) }
            let keywords = worded.isEmpty ? all : worded
            let whole = keywords.isEmpty ? folded.text : keywords.map { $0[0] }.joined(separator: " ")
            let index = indices[whole] ?? sayings.count
            if index == sayings.count {
                indices[whole] = index
                let strong = keywords.filter { !$0.contains(where: Self.weakWords.contains) }
                // A message of weak words alone, or of signs, is grouped only with messages of the same words or signs.
                sayings.append(Saying(text: text, keywords: strong.isEmpty ? [[whole]] : strong))
            }
            sayings[index].count += 1
            sayings[index].conversations.insert(message.conversation)
        }
        for (index, saying) in sayings.enumerated() {
            for keyword in Set(saying.keywords.joined()) { found[keyword, default: []].append(index) }
        }
    }

    /// Returns the keyword that finds most of the remaining messages, from more than one contact; of two equal ones,
    /// the longer.
    private func best(_ counts: [String: Int], _ isLeft: [Bool]) -> String? {
        var best: (keyword: String, count: Int)?
        for (keyword, count) in counts where count >= max(2, best?.count ?? 0) {
            if let best, best.count == count {
                let (new, old) = (keyword.utf8.count, best.keyword.utf8.count)
                guard new > old || new == old && keyword < best.keyword else { continue }
            }
            var contacts: Set<Int64> = []
            for index in found[keyword] ?? [] where isLeft[index] {
                contacts.formUnion(sayings[index].conversations.prefix(2))
                if contacts.count > 1 { break }
            }
            if contacts.count > 1 { best = (keyword, count) }
        }
        return best?.keyword
    }

    private func group(_ keyword: String, _ members: [Int]) -> Group {
        let messages = members.reduce(0) { $0 + sayings[$1].count }
        let members = members.sorted { (sayings[$1].count, $0) < (sayings[$0].count, $1) }
        // A word in at least three of five messages describes the group.
        var counts: [String: Int] = [:]
        for member in members {
            for word in Set(sayings[member].keywords.joined()) { counts[word, default: 0] += sayings[member].count }
        }
        let words = sayings[members[0]].keywords.compactMap { keywords -> String? in
            if keywords.contains(keyword) { return keyword }
            let shared = keywords.filter { (counts[$0] ?? 0) * 5 >= messages * 3 }
            return shared.max { (counts[$0] ?? 0, $0.count) < (counts[$1] ?? 0, $1.count) }
        }
        var unique: [String] = []
        for word in words where !unique.contains(word) { unique.append(word) }
        var shown = Array(unique.prefix(Self.wordLimit))
        if !shown.contains(keyword) { shown = [keyword] + shown.dropLast() }
        let contacts = members.reduce(into: Set<Int64>()) { $0.formUnion(sayings[$1].conversations) }
        return Group(
            words: shown, messages: messages, contacts: contacts.count,
            samples: members.prefix(Self.sampleLimit).map { sayings[$0].text })
    }

    /// Words that say little about the topic of a message and make no keywords for a rule.
    private static let weakWords: Set<String> = {
        let words = """
            אני אתה את אתם אתן הוא היא הם הן אנחנו אנו זה זאת זו אלה אלו של שלי שלך שלכם שלנו שלו שלה לי לך לכם לנו לו לה להם \
            אותי אותך אותו אותה אתכם על עם אל מן גם רק או אם כי אז אבל עוד כבר לא כן יש אין היה הייתי יהיה הזה הזאת \
            מה מי מתי איפה היכן איך למה מדוע כמה האם אפשר צריך צריכה רוצה רציתי אשמח לדעת בבקשה תודה שלום היי הי אהלן \
            בוקר ערב טוב צהריים הכל כל אחד ב ל מ ש ה ו כ בין עד אחרי לפני פה שם כאן היום \
            i you he she it we they me my your our his her its us them a an the this that these those is are am was were be \
            been do does did have has had can could will would shall should may might and or but if so not no yes of to in on \
            at for from with by about as what which who when where why how there here please thanks thank hi hello hey ok im \
            id ill need want like get any some just \
            انا انت هو هي نحن هم هذا هذه ذلك في من الى على عن مع ما ماذا متى اين كيف لماذا كم هل لا نعم او و يا لو سمحت شكرا مرحبا \
            я ты вы он она мы они это этот эта в на с у о к по за из от до для и или но если не да нет что кто когда где как \
            почему сколько ли мне меня вас вам нас нам есть был была можно нужно хочу спасибо пожалуйста здравствуйте привет
            """
        return Set(words.split(separator: " ").map { FoldedText(String($0)).text })
    }()
}
