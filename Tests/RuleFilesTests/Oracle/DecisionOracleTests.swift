import Foundation
import Responder
import RuleFiles
import Testing

@Suite struct DecisionOracleTests {
    private static let ruleSetsPerSeed = 10
    private static let messagesPerSeed = 500

    /// 24 seeds of 10 rule sets and 500 messages each: 120,000 pairs.
    @Test("From YAML to decision, the rule that answers is the one that the specification names", arguments: 0..<24)
    func answeringRule(seed: UInt64) throws {
        var random = RandomRules(seed: seed)
        random.turnStock()
        let readings = (0..<Self.messagesPerSeed).map { OracleRules.Reading(random.message($0)) }
        var answered = 0
        var byKey: [String: Int] = [:]
        for number in 0..<Self.ruleSetsPerSeed {
            let set = random.ruleSet()
            let loaded = RuleSetLoader.load(set.files)
            let rules = try #require(loaded.ruleSet, "seed \(seed), rule set \(number): \(loaded.report())")
            let oracle = try OracleMatcher(set)
            for reading in readings {
                let conversation = Conversation(
                    window: Window(
                        lastMessageAt: reading.message.timestamp, end: reading.message.timestamp + .hours(24)))
                let decision = decide(
                    reading.message, in: conversation, by: rules, policy: DecisionPolicy(),
                    at: reading.message.timestamp)
                let expected = oracle.answering(reading)
                if let expected {
                    answered += 1
                    for key in expected.keys { byKey[key, default: 0] += 1 }
                }
                guard decision.rule != expected?.id else { continue }
                Issue.record(
                    """
                    seed \(seed), rule set \(number): \(decision.rule ?? "none") answers, not \(expected?.id ?? "none")
                    message: \(reading.message.type.rawValue) \((reading.message.text ?? "").debugDescription)
                    \(set.files.map { String(decoding: $0.bytes, as: UTF8.self) }.joined(separator: "\n"))
                    """)
                // One failure is enough to see what is wrong.
                return
            }
        }
        // Pairs in which nothing matches test little.
        #expect(answered > Self.ruleSetsPerSeed * Self.messagesPerSeed / 5, "seed \(seed)")
        #expect(byKey.count >= 6, "seed \(seed): \(byKey)")
    }
}
