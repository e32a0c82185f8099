import Matching
import Testing

@Suite struct FoldedKeywordTests {
    @Test(arguments: [
        ("כמה עולה משלוח?", [["כמה"], ["עולה"], ["משלוח", "שלוח"]]),
        ("ולהזמנה", [["ולהזמנה", "להזמנה", "הזמנה", "זמנה"]]), ("הילד", [["הילד"]]),
        ("Order #12", [["order"], ["12"]]),
        ("👍!", []), ("我想买机票，谢谢", [["我想买机票"], ["谢谢"]]),
    ])
    func aWordIsFoundByTheseKeywords(text: String, keywords: [[String]]) {
        #expect(FoldedText(text).keywords == keywords)
    }

    /// Rules find these keywords: each one, as a rule has it, is in the message.
    @Test(arguments: ["ולהזמנה שלי", "כשהמשלוחים יגיעו", "מהחנות", "我要iPhone手机"])
    func rulesFindThemToo(text: String) throws {
        for keyword in FoldedText(text).keywords.joined() {
            var builder = TextIndex.Builder()
            let id = builder.insert(.phrase(try #require(Phrase(keyword))))
            #expect(builder.build().matches(in: FoldedText(text)).contains(id), "\(keyword)")
        }
    }
}
