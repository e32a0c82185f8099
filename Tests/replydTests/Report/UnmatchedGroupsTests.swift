import Responder
import SeededRandom
import Store
import Testing

@testable import replyd

@Suite struct UnmatchedGroupsTests {
    private func messages(_ texts: [String]) -> [Statistics.Unmatched] {
        texts.enumerated().map { .init(conversation: Int64($0.offset), text: $0.element) }
    }

    private func words(_ texts: [String]) -> [String] {
        UnmatchedGroups(messages(texts)).groups.map { "\($0.words.joined(separator: " + ")) \($0.messages)" }
    }

    @Test func messagesAreGroupedByTheKeywordThatFindsMost() {
        let groups = UnmatchedGroups(
            messages([
                "כמה עולה משלוח?", "כמה עולה המשלוח לחיפה", "יש משלוחים?", "מתי המשלוח", "parking?",
                "Is there PARKING nearby",
                "חניה", "something else",
            ]))
        #expect(
            groups.groups == [
                .init(
                    words: ["עולה", "משלוח"], messages: 3, contacts: 3,
                    samples: ["כמה עולה משלוח?", "כמה עולה המשלוח לחיפה", "מתי המשלוח"]),
                .init(
                    words: ["parking"], messages: 2, contacts: 2, samples: ["parking?", "Is there PARKING nearby"]),
            ])
        #expect(groups.ungrouped == 3 && groups.wordless.isEmpty)
    }

    /// `משלוח` is also מ and שלוח: of keywords that find the same messages, the longest counts.
    @Test func theWholeWordIsTheKeyword() {
        #expect(words(["משלוח", "משלוח מהיר"]) == ["משלוח 2"])
        #expect(words(["להזמנה", "בהזמנה", "ההזמנה"]) == ["הזמנה 3"])
    }

    @Test func wordsThatSayLittleMakeNoGroupButMessagesOfThemAloneDo() {
        #expect(words(["what is the weather", "what is the score"]) == [])
        #expect(words(["שלום", "שלום!", "שָׁלוֹם", "hi", "Hi"]) == ["שלום 3", "hi 2"])
        #expect(words(["?", "?", "👍", "👍", "👍"]) == ["👍 3", "? 2"])
    }

    @Test func numbersMakeNoDifferenceUnlessTheyAreAllThereIs() {
        let groups = UnmatchedGroups(messages(["parcel 4711 lost", "parcel 12 lost!", "1", "1", "2"]))
        #expect(groups.groups.map(\.words) == [["parcel", "lost"], ["1"]])
        #expect(groups.groups.map(\.samples) == [["parcel 4711 lost"], ["1"]] && groups.ungrouped == 1)
    }

    @Test func whatOneContactAloneSaysIsNoGroup() {
        let texts = Array(repeating: "winner prize click", count: 50)
        let same = texts.map { Statistics.Unmatched(conversation: 1, text: $0) }
        #expect(UnmatchedGroups(same).groups.isEmpty)
        let other = UnmatchedGroups(same + [.init(conversation: 2, text: "a prize")])
        #expect(other.groups.map(\.words) == [["winner", "prize", "click"]])
        #expect(other.groups.map(\.messages) == [51] && other.groups.map(\.contacts) == [2])
    }

    @Test func aMessageIsInOneGroupAndTheFrequentSampleComesFirst() {
        let groups = UnmatchedGroups(
            messages(["gift card", "gift card", "gift wrap", "gift wrap", "gift wrap", "card machine", "card reader"]))
        #expect(groups.groups.map(\.words) == [["gift", "wrap"], ["card"]])
        #expect(groups.groups.map(\.messages) == [5, 2])
        #expect(groups.groups[0].samples == ["gift wrap", "gift card"])
    }

    @Test func messagesWithoutWordsAreCountedByType() {
        let groups = UnmatchedGroups([
            .init(conversation: 1, type: .image, text: nil), .init(conversation: 2, type: .image, text: nil),
            .init(conversation: 3, type: .location, text: nil), .init(conversation: 4, text: "\u{200F}"),
        ])
        #expect(groups.wordless == ["image": 2, "location": 1, "text": 1] && groups.groups.isEmpty)
    }

    /// Every message is counted once, and every group has words, samples and more than one contact.
    @Test(arguments: 0..<20)
    func nothingIsLostAndNothingIsCountedTwice(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let words = ["משלוח", "המשלוח", "price", "red", "blue", "כחול", "the", "?", "size", "42"]
        let messages = (0..<200).map { _ in
            Statistics.Unmatched(
                conversation: Int64(random.upTo(30)),
                text: random.chance(0.05)
                    ? nil : (0...random.upTo(4)).map { _ in random.one(of: words) }.joined(separator: " "))
        }
        let groups = UnmatchedGroups(messages, limit: 5)
        let counted = groups.groups.reduce(0) { $0 + $1.messages } + groups.ungrouped
        #expect(counted + groups.wordless.values.reduce(0, +) == messages.count, "seed \(seed)")
        for group in groups.groups {
            #expect(group.contacts > 1 && !group.words.isEmpty && !group.samples.isEmpty, "seed \(seed)")
        }
    }
}
