import Foundation
import RuleFiles
import Testing

@Suite struct RegexLintTests {
    @Test(arguments: [
        #"order\s*#?\d{4,}"#, #"\b(hi|hello)\b"#, ".*price.*", "price.*", "refund.*order", #"\brefund\b.*\border\b"#,
        "(refund|money).*?(order|parcel)", "כמה.*עולה", #"[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}"#, #"\w+@\w+\.\w+"#,
        #"\+?972[- ]?5\d[- ]?\d{3}[- ]?\d{4}"#, #"\d+\s*(?:nis|₪|shekels?|שקל)"#, "^(?=.*a)(?=.*b)",
        #"^\s*(?:hi|hello|hey|שלום)[\s!.,]*$"#, #"https?://\S+"#, "my name is (?<name>.+)",
        "from (?<from>.+) to (?<to>.+)",
        #"(?:order|הזמנה)\s*(?:(?:no\.?|number|מספר)\s*)?#?(?<number>\d{4,})"#, "(ha){2,}", #"^(hi|hello)[\s\S]*$"#,
        #"\bcancel(?:led|ling)?\b.*\b(?:order|booking)\b"#, "x.*y.*z",
        #"(שלום|היי)[,!\s]*$"#, #"^\s*(כן|לא)\s*$"#, #"\d{2,3}-?\d{7}"#, #"[א-ת]+\s+\d+"#,
        #"(?:ב|ל)?הזמנה\s*(?:מספר\s*)?\d+"#, "(מה|איפה|מתי).*(שעות|פתוח)", #"^(תודה|thanks)[!.\s]*$"#,
        "(?<answer>.+)", #"^([\s\S]*)$"#, "^$", #"^\W+$"#, #"\d"#, "[^a]", ".{3,}", #"a\|"#,
    ])
    func ordinaryRegexesAreNotWarnedOf(pattern: String) {
        #expect(report(pattern) == "")
    }

    /// Each of them takes 50 to 1,300 milliseconds for a message of 4,096 letters, or gives up.
    @Test(arguments: [
        #"(ha+\s*)+$"#, #"(חח+\s*)+$"#, #"(כן+[\s,]*)+$"#, #"([א-ת]+\s?)+\?$"#, #"(\b\w+\b\s*)*שלום"#,
        #"(\w+\s*)+\?$"#, "(?:ha|haha)+$", "(x|y)+z", #"(ha)+\s*$"#, "(?=.*a)(?=.*b)",
    ])
    func whatDividesAMessageInManyWaysIsWarnedOf(pattern: String) {
        #expect(report(pattern).contains("this regex takes "), "\(pattern)")
    }

    /// Its work grows with the length of the message alone, and there is no shorter way to write it.
    @Test func aRegexOfAThousandWordsIsNotWarnedOf() {
        let words = (0..<1000).map { "a\($0 * 7919 % 1000)b" }.joined(separator: "|")
        #expect(report(#"\b(?:\#(words))\s*!"#) == "")
    }

    private func report(_ pattern: String) -> String {
        let rules = """
            version: 1
            settings: {expired: silent}
            rules:
              - {id: hello, match: {regex: '\(pattern)'}, reply: hi}
            tests:
              - {says: x, expect: {rule: hello}}
            """
        return RuleSetLoader.load([SourceFile(path: "rules.yaml", bytes: Array(rules.utf8))], lint: RuleLint()).report()
    }
}
