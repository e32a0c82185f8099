import SeededRandom
import Testing

@testable import Responder

@Suite struct TextLimitTests {
    /// Cuts a text by asking for the end of every character, one after another.
    private static func oracle(_ text: String, limit: Int) -> String {
        guard text.utf16.count > limit else { return text }
        func fitting(_ ends: [String.Index]) -> String.Index {
            ends.last { text.utf16.distance(from: text.startIndex, to: $0) < limit } ?? text.startIndex
        }
        let whole = fitting(Array(text.indices))
        let end = whole > text.startIndex ? whole : fitting(Array(text.unicodeScalars.indices))
        return text[..<end] + "…"
    }

    @Test(arguments: HostileText.kinds.indices)
    func aTextOfAnyKindIsCutBetweenCharactersOrWhereNoneFitsBetweenScalars(kind: Int) {
        for count in [0, 1, 2, 9, 10, 11, 12, 40] {
            let text = HostileText.text(kind, scalars: count)
            for limit in [1, 2, 3, 10] {
                let name = "\(HostileText.kinds[kind].name), \(count) to \(limit)"
                #expect(
                    Array(text.shortened(toUTF16: limit).utf8) == Array(Self.oracle(text, limit: limit).utf8), "\(name)"
                )
            }
        }
    }

    @Test(arguments: 0..<500)
    func cuttingIsWhatLookingAtEveryCharacterGives(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let text = HostileText.text(using: &random, upTo: 60)
        let limit = 1 + random.upTo(70)
        let cut = text.shortened(toUTF16: limit)
        #expect(Array(cut.utf8) == Array(Self.oracle(text, limit: limit).utf8), "\(text.debugDescription) to \(limit)")
        #expect(cut.utf16.count <= limit)
        let part = (text + text).unicodeScalars.dropFirst(3).dropLast(3)
        #expect(
            Array(Substring(part).shortened(toUTF16: limit).utf8)
                == Array(Self.oracle(String(part), limit: limit).utf8), "a part is cut like a text of its own")
    }

    @Test func whiteSpaceAtTheEndsGoesButNotASpaceThatCarriesAMark() {
        #expect("\u{2003}\r\n a b \t\u{2028}".trimmed == "a b")
        #expect(" \n\t".trimmed.isEmpty)
        #expect("".trimmed.isEmpty)
        #expect(Array("  \u{301}a".trimmed.unicodeScalars) == [" ", "\u{301}", "a"])
        #expect(Array("a \u{301} ".trimmed.unicodeScalars) == ["a", " ", "\u{301}"])
    }

    @Test func onOneLineAllRunsOfWhiteSpaceAreOneSpaceWhateverMarksFollow() {
        #expect("\r\na\tb \u{2028}\u{B}\u{C}\u{85}c\n".onOneLine == "a b c")
        #expect(
            Array("a  \u{301}b \u{301} c".onOneLine.unicodeScalars) == [
                "a", " ", "\u{301}", "b", " ", "\u{301}", " ", "c",
            ])
        #expect(" \n".onOneLine.isEmpty)
    }

    @Test func aNameIsCut() {
        #expect(Contact(address: "1", name: "a" + String(repeating: "\u{301}", count: 20_000)).name?.utf16.count == 256)
        #expect(Contact(address: "1", name: "דנה").name == "דנה")
        #expect(Contact(address: "1").name == nil)
    }

    @Test func aTextThatNamesAValueOftenTakesOnlyWhatAMessageMayHaveOfItEachTime() throws {
        let long = " " + String(repeating: "a", count: 100_000)
        let rendered = try RuleText("{{message.text}}|{{message.text}}").render(Variables { _, _ in long })
        #expect(rendered.utf16.count == 2 * 4096 + 1)
        #expect(rendered.hasPrefix("aaa"))
    }

    @Test func aStateIsFoundByAnyWayOfWritingIt() {
        func memory(_ text: String) -> Memory { Memory(state: ["topic": Memory.Value(text: text)]) }
        let now = Timestamp(seconds: 0)
        // No value is longer in comparison with its equal: two bytes against seven.
        #expect(memory("\u{1FBE}\u{308}\u{341}").hasValue(of: "topic", among: ["x", "\u{390}"], at: now))
        #expect(memory("\u{390}").hasValue(of: "topic", among: ["\u{1FBE}\u{308}\u{341}"], at: now))
        #expect(!memory("order!").hasValue(of: "topic", among: ["order"], at: now))
        #expect(!memory("x").hasValue(of: "other", among: ["x"], at: now))
    }

    @Test func stateThatHasNoRoomIsLeftOutAndWhatItWasIsForgotten() {
        let now = Timestamp(seconds: 100)
        let long = Memory.Value(text: String(repeating: "x", count: 1000))
        var memory = Memory()
        for number in 0..<64 { memory.state["s\(number)"] = long }
        memory.state["over"] = Memory.Value(text: long.text, expires: now)
        var changes = Changes()
        changes.set = ["a": long, "s0": Memory.Value(text: "new"), "s1": long, "z": Memory.Value(text: "y")]
        changes.unset = ["s2"]
        // Of the 65,536 bytes, the 61 values that stay take 61,176, and the new ones 2,010.
        #expect(memory.withoutRoom(in: &changes, at: now) == [])
        changes.set["b"] = Memory.Value(text: String(repeating: "x", count: 3359))
        #expect(memory.withoutRoom(in: &changes, at: now) == ["b"])
        #expect(changes.set["b"] == nil && changes.unset == ["s2", "b"])
    }
}
