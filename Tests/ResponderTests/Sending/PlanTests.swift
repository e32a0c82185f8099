import Responder
import Testing

private let wrote = Timestamp(seconds: 1_700_000_000)
private let template = RenderedTemplate(name: "reopen", language: .hebrew)

private func entry(fallback: RenderedTemplate? = template, maxAge: Duration = .hours(24)) -> OutboxEntry {
    let outgoing = Outgoing(
        body: .message(.text("hi", replyTo: "U1")), fallback: fallback, textEnd: wrote + maxAge)
    return OutboxEntry(outgoing: outgoing, expiresAt: outgoing.expiry(from: wrote))
}

private var open: Window {
    var window = Window()
    window.recordMessage(at: wrote)
    return window
}

private let text = Plan.send(.message(.text("hi", replyTo: "U1")), isFallback: false)
private let fallback = Plan.send(.message(.template(template)), isFallback: true)

@Suite struct PlanTests {
    /// The plan at the moment of sending, to the second.
    @Test(arguments: [
        (Duration.zero, text), (.seconds(24 * 3600 - 61), text), (.seconds(24 * 3600 - 60), fallback),
        (.seconds(24 * 3600), fallback), (.hours(40), fallback), (.hours(48), .giveUp(.expired)),
    ])
    func aTextBecomesItsFallbackAMinuteBeforeTheWindowShuts(after: Duration, expected: Plan) {
        #expect(plan(entry(), window: open, onUnknown: .hold, at: wrote + after) == expected)
    }

    @Test func withoutAFallbackItIsGivenUp() {
        let end = wrote + .hours(24) - .seconds(60)
        #expect(plan(entry(fallback: nil), window: open, onUnknown: .hold, at: end) == .giveUp(.windowExpired))
        #expect(plan(entry(fallback: nil), window: Window(), onUnknown: .hold, at: wrote) == .giveUp(.windowExpired))
    }

    @Test func aMessageOlderThanMaxAgeIsNeverAnsweredWithText() {
        let old = entry(maxAge: .hours(1))
        #expect(plan(old, window: open, onUnknown: .hold, at: wrote + .minutes(59)) == text)
        #expect(plan(old, window: open, onUnknown: .hold, at: wrote + .minutes(60)) == fallback)
        let silent = entry(fallback: nil, maxAge: .hours(1))
        #expect(plan(silent, window: open, onUnknown: .hold, at: wrote + .hours(1)) == .giveUp(.tooOld))
    }

    @Test func aRefusedTextFallsBackWhateverOurWindowSays() {
        var refused = entry()
        refused.isTextRefused = true
        #expect(plan(refused, window: open, onUnknown: .hold, at: wrote) == fallback)
    }

    /// Six texts that could not be sent for days must not become six paid templates.
    @Test func aConversationGetsOneFallbackWhileItsWindowIsShut() throws {
        let end = try #require(open.textEnd)
        var second = entry()
        second.latestFallbackAt = end
        #expect(plan(second, window: open, onUnknown: .hold, at: end + .hours(1)) == .giveUp(.replaced))
        #expect(plan(second, window: open, onUnknown: .hold, at: wrote) == text)
        #expect(plan(second, window: Window(), onUnknown: .hold, at: wrote) == .giveUp(.replaced))
        // The contact has written since, so this is another shut window.
        second.latestFallbackAt = end - .milliseconds(1)
        #expect(plan(second, window: open, onUnknown: .hold, at: end) == fallback)
        // It answers a message that has had its fallback.
        second.isMessageReplaced = true
        #expect(plan(second, window: open, onUnknown: .hold, at: end) == .giveUp(.replaced))
        #expect(plan(second, window: open, onUnknown: .hold, at: wrote) == text)
        // Its own fallback is tried again.
        second.latestFallbackAt = end
        second.fallbackAt = end
        #expect(plan(second, window: open, onUnknown: .hold, at: end + .hours(1)) == fallback)
        // Another entry has had one since.
        second.latestFallbackAt = end + .seconds(1)
        #expect(plan(second, window: open, onUnknown: .hold, at: end + .hours(1)) == .giveUp(.replaced))
        #expect(plan(second, window: Window(), onUnknown: .hold, at: end + .hours(1)) == .giveUp(.replaced))
    }

    @Test func aFallbackThatWasPlannedByTheDecisionCountsToo() throws {
        let end = try #require(open.textEnd)
        var outgoing = Outgoing(body: .message(.template(template)), textEnd: wrote)
        outgoing.isFallback = true
        var planned = OutboxEntry(outgoing: outgoing, expiresAt: end + .days(1))
        #expect(plan(planned, window: open, onUnknown: .hold, at: end) == fallback)
        planned.latestFallbackAt = end
        #expect(plan(planned, window: open, onUnknown: .hold, at: end) == .giveUp(.replaced))
    }

    @Test func onceTheFallbackHasBegunItIsNotTakenBack() {
        var begun = entry()
        begun.fallbackAt = wrote
        #expect(plan(begun, window: open, onUnknown: .hold, at: wrote + .seconds(1)) == fallback)
        #expect(plan(begun, window: open, onUnknown: .hold, at: wrote + .hours(48)) == .giveUp(.expired))
    }

    @Test func aTemplateOfARuleNeedsNoWindowAndHasNoFallback() {
        let sent = OutboxEntry(
            outgoing: Outgoing(body: .message(.template(template)), fallback: template, textEnd: wrote),
            expiresAt: wrote + .hours(24))
        #expect(
            plan(sent, window: Window(), onUnknown: .hold, at: wrote)
                == .send(.message(.template(template)), isFallback: false))
        #expect(plan(sent, window: open, onUnknown: .hold, at: wrote + .hours(24)) == .giveUp(.expired))
    }

    @Test func anUnknownOutcomeIsHeldOrSentAgainAsConfigured() {
        var unknown = entry()
        unknown.isUnknown = true
        #expect(plan(unknown, window: open, onUnknown: .hold, at: wrote) == .hold)
        #expect(plan(unknown, window: open, onUnknown: .resend, at: wrote) == text)
    }

    @Test func retriesWakeWhenTheWindowShuts() {
        #expect(textEnd(of: entry(), window: open) == wrote + .hours(24) - .seconds(60))
        #expect(textEnd(of: entry(maxAge: .hours(2)), window: open) == wrote + .hours(2))
        var begun = entry()
        begun.fallbackAt = wrote
        #expect(textEnd(of: begun, window: open) == nil)
    }
}

@Suite struct RetryScheduleTests {
    @Test func waitsDoubleFromASecondToAQuarterOfAnHourWithJitter() {
        var random = SystemRandomNumberGenerator()
        for attempt in 1...40 {
            let step = min(Duration.minutes(15), .seconds(1) * (1 << min(attempt - 1, 12)))
            for _ in 0..<20 {
                let delay = RetrySchedule().delay(after: attempt, using: &random)
                #expect(delay >= step / 2 && delay <= step, "attempt \(attempt)")
            }
        }
    }

    @Test func theProvidersWishIsNotUndercutButForMoreThanTheLongestWait() {
        var random = SystemRandomNumberGenerator()
        #expect(RetrySchedule().delay(after: 1, retryAfter: .seconds(90), using: &random) == .seconds(90))
        #expect(RetrySchedule().delay(after: 1, retryAfter: .days(1), using: &random) == .minutes(15))
        #expect(RetrySchedule().delay(after: 30, retryAfter: .seconds(1), using: &random) >= .minutes(7))
    }

    @Test func nobodyWaitsAlike() {
        var random = SystemRandomNumberGenerator()
        let delays = Set((0..<50).map { _ in RetrySchedule().delay(after: 5, using: &random) })
        #expect(delays.count > 40)
    }
}
