import Responder
import Testing

@testable import Store

private typealias T = TemporaryStore

@Suite struct StatisticsTests {
    /// Stores a message that is decided like this and, if there is an answer, gives its attempt this outcome.
    private func decide(
        _ t: TemporaryStore, _ unique: String, _ decision: Decision, at moment: Timestamp = T.start,
        outcome: AttemptOutcome? = .accepted(unique: nil, minutesLeft: nil), after: Duration = .milliseconds(240)
    ) async throws {
        let accepted = try await t.store.accept(
            T.message(unique, from: "9725000\(unique)", at: moment), payload: "{}", at: moment
        ) { _, _ in (decision, moment + .milliseconds(10)) }
        for entry in accepted.decided?.entries ?? [] {
            let due = max(entry.due, moment + .milliseconds(10))
            guard let outcome, let attempt = try await t.begin(entry, at: due).attempt else { continue }
            let isDelayed = due > moment + .milliseconds(10)
            _ = try await t.end(attempt, outcome, at: (isDelayed ? due : moment) + after)
        }
    }

    private func decision(
        _ rule: String?, _ outcome: Decision.Outcome, _ reason: Decision.Reason, _ bodies: [SendContent] = [],
        fallback: String? = nil, due: Timestamp? = nil, _ change: (inout Changes) -> Void = { _ in }
    ) -> Decision {
        var decision = Decision(rule: rule, outcome: outcome, reason: reason, because: "", revision: "1")
        decision.sends = bodies.map { body in
            var outgoing = Outgoing(
                body: body, fallback: fallback.map { RenderedTemplate(name: $0, language: .hebrew) },
                textEnd: T.start + .hours(24))
            outgoing.notBefore = due
            return outgoing
        }
        change(&decision.changes)
        return decision
    }

    private func template(_ name: String) -> SendContent {
        .message(.template(RenderedTemplate(name: name, language: .hebrew)))
    }

    @Test func decisionsAreCountedWithWhatTheyChanged() async throws {
        let t = try TemporaryStore()
        try await decide(t, "1", decision("a", .reply, .matched) { $0.pausedUntil = T.start + .hours(1) })
        try await decide(t, "2", decision("a", .reply, .matched) { $0.optedOut = true })
        try await decide(t, "3", decision("a", .silent, .cooldown) { $0.optedOut = false })
        // The loop guard's pause is no hand-off, and words that contacts write are not ours.
        try await decide(t, "4", decision("a", .silent, .loop) { $0.pausedUntil = T.start + .hours(1) })
        try await decide(
            t, "5", decision(nil, .silent, .noMatch) { $0.set = ["x": .init(text: "pausedUntil optedOut")] })
        let statistics = try await t.store.statistics(since: nil)
        #expect(
            Set(statistics.decisions) == [
                .init(rule: "a", outcome: .reply, reason: .init(word: "matched"), count: 2),
                .init(rule: "a", outcome: .silent, reason: .init(word: "cooldown"), count: 1),
                .init(rule: "a", outcome: .silent, reason: .init(word: "loop"), count: 1),
                .init(rule: nil, outcome: .silent, reason: .init(word: "no-match"), count: 1),
            ])
        #expect(statistics.messages == 5 && statistics.conversations == 5)
        #expect(statistics.handoffs == 1 && statistics.optOuts == 1 && statistics.optIns == 1)
        #expect(statistics.unmatched == [.init(conversation: 5, text: "hi")])
    }

    @Test func answerTimesAreFromArrivalToAcceptanceOrFromWhenTheAnswerWasDue() async throws {
        let t = try TemporaryStore()
        try await decide(t, "1", decision("a", .reply, .matched, [.message(.text("x", replyTo: nil))]))
        try await decide(
            t, "2", decision("a", .reply, .matched, [.message(.text("x", replyTo: nil))], due: T.start + .hours(2)),
            after: .milliseconds(800))
        try await decide(t, "3", decision("a", .reply, .matched, [.post(link: "https://x", json: "{}")]))
        let times = try await t.store.statistics(since: nil).answerTimes
        #expect(times.count == 2)
        #expect(times.milliseconds(share: 0.5) == 240 && times.milliseconds(share: 1) == 800)
    }

    @Test func templatesAreCountedByNameAndThoseThatTookATextsPlaceBesides() async throws {
        let t = try TemporaryStore()
        try await decide(t, "1", decision("a", .template, .matched, [template("promo")]))
        try await decide(t, "2", decision("a", .template, .windowExpired, [template("reopen")]))
        try await decide(
            t, "3",
            decision(
                "a", .reply, .matched, [.message(.text("x", replyTo: nil))], fallback: "reopen",
                due: T.start + .hours(30)))
        try await decide(
            t, "4", decision("a", .template, .matched, [template("promo")]),
            outcome: .permanent(Refusal(reason: 4, text: "refused (reason 4)")))
        let statistics = try await t.store.statistics(since: nil)
        #expect(statistics.templates == [.init(name: "reopen", count: 2), .init(name: "promo", count: 1)])
        #expect(statistics.lateTemplates == 1)
        #expect(statistics.unsent == [.init(state: .failed, reason: .refused, detail: "refused (reason 4)", count: 1)])
        #expect(statistics.failedAttempts == [.init(name: "refused (reason 4)", count: 1)])
    }

    @Test func answersThatNobodyKnowsOrThatCameTooLateAreNotSent() async throws {
        let t = try TemporaryStore()
        let text = SendContent.message(.text("x", replyTo: nil))
        try await decide(
            t, "1", decision("a", .reply, .matched, [text]), outcome: .unknown(Refusal(text: "no answer came")))
        try await decide(t, "2", decision("a", .reply, .matched, [text], due: T.start + .hours(30)))
        try await decide(
            t, "3", decision("a", .reply, .matched, [text]),
            outcome: .transient(Refusal(status: 503, text: "HTTP 503"), retryAfter: nil))
        let statistics = try await t.store.statistics(since: nil)
        #expect(
            Set(statistics.unsent) == [
                .init(state: .held, reason: .unknown, count: 1), .init(state: .failed, reason: .tooOld, count: 1),
            ])
        #expect(
            Set(statistics.failedAttempts) == [
                .init(name: "HTTP 503", count: 1), .init(name: "no answer came", count: 1),
            ])
    }

    /// One hangs and others are cut off; a refusal comes at once, or by a report later.
    @Test func failuresAreCountedByWhatTheySay() async throws {
        let t = try TemporaryStore()
        let text = SendContent.message(.text("x", replyTo: nil))
        let cut = "the connection was closed before an answer came"
        let late = "more than 24 hours since the contact's last message (reason 7)"
        for (place, outcome) in [
            .unknown(Refusal(text: "no answer came: Operation timed out after 10004 milliseconds")),
            .unknown(Refusal(text: "no answer came: Operation timed out after 10001 milliseconds")),
            .unknown(Refusal(text: cut)), .windowShut(Refusal(reason: 7, text: late)),
            .permanent(Refusal(reason: 7, text: late)),
        ].enumerated() as EnumeratedSequence<[AttemptOutcome]> {
            try await decide(t, "\(place)", decision("a", .reply, .matched, [text]), outcome: outcome)
        }
        #expect(
            Set(try await t.store.statistics(since: nil).failedAttempts) == [
                .init(name: "no answer came: Operation timed out after 10001 milliseconds", count: 2),
                .init(name: cut, count: 1), .init(name: late, count: 2),
            ])
    }

    @Test func trafficIsWhatMessagesHaveLedToByNow() async throws {
        let t = try TemporaryStore()
        let text = SendContent.message(.text("x", replyTo: nil))
        try await decide(t, "1", decision("a", .reply, .matched, [text, text]))
        try await decide(t, "2", decision("a", .template, .matched, [template("promo")]), after: .milliseconds(800))
        try await decide(t, "3", decision(nil, .silent, .noMatch))
        try await decide(
            t, "4", decision("a", .reply, .matched, [text]), outcome: .permanent(Refusal(reason: 4, text: "no")))
        try await decide(
            t, "5", decision("a", .reply, .matched, [text]), outcome: .unknown(Refusal(text: "no answer came")))
        try await decide(t, "6", decision("a", .reply, .matched, [text], due: T.start + .hours(2)))
        try await decide(t, "7", decision("a", .reply, .matched, [text]))
        let traffic = try await t.store.traffic(ofMessages: 1..<7)
        #expect(traffic.messages == 6 && traffic.replies == 4 && traffic.templates == 1 && traffic.silences == 1)
        #expect(traffic.sent == 4 && traffic.failed == 1)
        #expect(traffic.answerTimes.count == 3 && traffic.answerTimes.milliseconds(share: 1) == 800)
        #expect(try await t.store.traffic(ofMessages: 8..<Int64.max) == Traffic())
        // An entry that a person releases later says nothing about how fast answers are.
        _ = try await t.store.release(5, at: T.start + .hours(1))
        let entry = EntryReference(id: 5, conversation: 1, account: T.account, due: T.start)
        let attempt = try await t.begin(entry, at: T.start + .hours(1)).attempt
        if let attempt {
            _ = try await t.end(attempt, .accepted(unique: nil, minutesLeft: nil), at: T.start + .hours(1))
        }
        let released = try await t.store.traffic(ofMessages: 1..<7)
        #expect(released.sent == 5 && released.failed == 1 && released.answerTimes.count == 3)
    }

    @Test func onlyWhatCameSinceThenCounts() async throws {
        let t = try TemporaryStore()
        let answer = decision("old", .reply, .matched, [.message(.text("x", replyTo: nil))])
        try await decide(t, "1", answer)
        // A report that comes within minutes of an acceptance without an id would be about that one.
        _ = try await t.update("P1", contact: "97250001", at: T.start + .minutes(10))
        try await decide(t, "2", decision("new", .template, .matched, [template("promo")]), at: T.start + .hours(1))
        _ = try await t.update("P2", contact: "97250001", at: T.start + .minutes(70))
        let statistics = try await t.store.statistics(since: T.start + .minutes(30))
        #expect(
            statistics.messages == 1 && statistics.start == T.start + .hours(1) && statistics.end == statistics.start)
        #expect(statistics.decisions.map(\.rule) == ["new"] && statistics.answerTimes.count == 1)
        #expect(statistics.templates.map(\.name) == ["promo"] && statistics.takeovers == 1)
        #expect(try await t.store.statistics(since: nil).takeovers == 2)
        let none = try await t.store.statistics(since: T.start + .days(1))
        #expect(none.messages == 0 && none.decisions.isEmpty && none.start == nil)
    }

    @Test func whatARuleForEveryMessageAnsweredIsUnmatchedToo() async throws {
        let t = try TemporaryStore()
        try await decide(t, "1", decision("hours", .reply, .matched, [.message(.text("9", replyTo: nil))]))
        try await decide(t, "2", decision(nil, .silent, .noMatch))
        try await decide(t, "3", decision("it's \"all\"", .reply, .matched, [.message(.text("later", replyTo: nil))]))
        #expect(try await t.store.statistics(since: nil).unmatched.map(\.rule) == [nil])
        let both = try await t.store.statistics(since: nil, defaults: ["it's \"all\"", "other"]).unmatched
        #expect(both.map(\.rule) == ["it's \"all\"", nil])
    }
}
