import Foundation
import Responder
import Testing

@testable import Daemon
@testable import Store

@Suite struct MetricsTests {
    private static let noon = Timestamp(seconds: 1_700_000_000)

    private static func clock(_ now: @escaping @Sendable () -> Timestamp = { noon }) -> Clock {
        var clock = Clock.system
        clock.now = now
        return clock
    }

    private static func decided(rule: String?, _ outcome: Decision.Outcome, _ reason: Decision.Reason) -> DaemonEvent {
        let message = Message(
            account: "1", unique: "U", contact: Contact(number: "2", address: "2"), body: "x",
            timestamp: noon - .hours(2))
        let decision = Decision(rule: rule, outcome: outcome, reason: reason, because: "", revision: "r")
        return .decided(
            Decided(
                id: 1, message: message, conversation: 1, decision: decision,
                receivedAt: noon - .milliseconds(20), decidedAt: noon, entries: []))
    }

    private static func attempted(
        _ outcome: AttemptOutcome, _ settlement: Settlement, account: String = "1"
    ) -> DaemonEvent {
        let entry = EntryReference(id: 1, conversation: 1, account: account, due: noon)
        let attempt = Attempt(
            id: 1, number: 1, content: .message(.text("x", replyTo: nil)), address: "2", startedAt: noon,
            dueAt: noon - .milliseconds(400), receivedAt: noon - .milliseconds(420))
        return .attempted(
            EndedAttempt(
                entry: entry, attempt: attempt, outcome: outcome, settlement: settlement, elapsed: .milliseconds(300)))
    }

    private func figures(_ events: [DaemonEvent], rules: [String] = ["hours"]) -> Metrics.State {
        let metrics = Metrics(accounts: ["1"], clock: Self.clock())
        for event in events { metrics.record(event) }
        return metrics.figures(by: Self.ruleSet(rules))
    }

    private static func ruleSet(_ ids: [String], revision: String = "r") -> RuleSet {
        RuleSet(ids.map { Rule(id: $0, place: Place(file: "f", line: 1)) }, revision: revision)
    }

    /// A quote with a mark on it is another character for Swift, but still a quote for Prometheus.
    @Test func signsWithMarksAreEscapedToo() {
        var page = PrometheusText()
        page.sample(1, [("rule", "q\"\u{301}b\\\u{301}\r\n")])
        #expect(page.text.unicodeScalars.elementsEqual("{rule=\"q\\\"\u{301}b\\\\\u{301}\r\\n\"} 1\n".unicodeScalars))
    }

    @Test func thePageIsWhatPrometheusReads() {
        var page = PrometheusText()
        page.family("a_total", .counter, "Back\\slash\nand line.")
        page.sample(3, [("rule", "a\"b\\c\nd"), ("outcome", "reply")])
        page.sample(0.5)
        page.family("b_seconds", .histogram, "Times.")
        var histogram = Histogram([0.5, 1])
        for seconds in [0.25, 0.5, 0.75, 7] { histogram.record(seconds: seconds) }
        page.sample(histogram, [("account", "1")])
        #expect(
            page.text == #"""
                # HELP a_total Back\\slash\nand line.
                # TYPE a_total counter
                a_total{rule="a\"b\\c\nd",outcome="reply"} 3
                a_total 0.5
                # HELP b_seconds Times.
                # TYPE b_seconds histogram
                b_seconds_bucket{account="1",le="0.5"} 2
                b_seconds_bucket{account="1",le="1"} 3
                b_seconds_bucket{account="1",le="+Inf"} 4
                b_seconds_sum{account="1"} 8.5
                b_seconds_count{account="1"} 4

                """#)
    }

    @Test func decisionsAreCountedByRuleOutcomeAndReason() {
        let state = figures([
            Self.decided(rule: "hours", .reply, .matched), Self.decided(rule: "hours", .reply, .matched),
            Self.decided(rule: "hours", .silent, .cooldown), Self.decided(rule: nil, .silent, .loop),
        ])
        #expect(state.decisions == ["hours": [.reply: 2, .silent: 1], nil: [.silent: 1]])
        #expect(
            zip(Decision.Reason.allCases, state.reasons).filter { $0.1 > 0 }.map { "\($0) \($1)" } == [
                "matched 2", "cooldown 1", "loop 1",
            ])
        #expect(state.decisionTimes.count == 4 && abs(state.decisionTimes.sum - 0.08) < 1e-9)
        // 22 of 24 hours are left, so they count in the bucket up to 23.
        #expect(state.windows.counts == [0, 0, 0, 0, 0, 0, 4, 0, 0])
    }

    @Test func sendsAreCountedByReasonAndEntriesByTheirEnd() {
        let state = figures([
            Self.attempted(.accepted(unique: "A", minutesLeft: nil), .over(.sent)),
            Self.attempted(.transient(Refusal(reason: 6, text: ""), retryAfter: nil), .retry(at: Self.noon)),
            Self.attempted(.transient(Refusal(status: 503, text: ""), retryAfter: nil), .retry(at: Self.noon)),
            Self.attempted(.unknown(Refusal(text: "")), .over(.held)),
            Self.attempted(.permanent(Refusal(reason: 123_456, text: "")), .over(.failed)),
            .settled(
                SettledEntry(
                    entry: EntryReference(id: 2, conversation: 1, account: "1", due: Self.noon), state: .dropped,
                    reason: .byHand)),
            // An account that is not ours never becomes a label.
            Self.attempted(.dryRun, .over(.dryRun), account: "7"),
        ])
        let sends = state.sends.map { "\($0.key.kind) \($0.key.reason) \($0.value)" }.sorted()
        #expect(sends == ["text 1 1", "text 6 1", "text http-503 1", "text other 1", "text unknown 1"])
        #expect(state.retries == [2])
        let ended = [EntryState.sent, .held, .failed, .dropped].map { Metrics.EndKey(isPost: false, state: $0) }
        #expect(state.ended == [Dictionary(uniqueKeysWithValues: ended.map { ($0, 1) })])
        #expect(abs(state.sendDelays.sum - 0.4) < 1e-9 && abs(state.answerTimes.sum - 0.42) < 1e-9)
    }

    @Test func rulesThatAreGoneAreNoLongerCounted() {
        let metrics = Metrics(accounts: ["1"], clock: Self.clock())
        metrics.record(Self.decided(rule: "old", .reply, .matched))
        metrics.record(Self.decided(rule: "hours", .reply, .matched))
        #expect(metrics.figures(by: Self.ruleSet(["old", "hours"], revision: "1")).decisions.count == 2)
        #expect(metrics.figures(by: Self.ruleSet(["hours"], revision: "2")).decisions == ["hours": [.reply: 1]])
    }
}
