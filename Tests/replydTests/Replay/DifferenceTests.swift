import Responder
import Testing

@testable import replyd

@Suite struct DifferenceTests {
    private static let later = Timestamp(seconds: 1_700_000_000)

    private static func text(_ text: String, rule: String = "a", fallback: String? = nil, delay: Bool = false)
        -> Decision
    {
        var outgoing = Outgoing(
            body: .message(.text(text, replyTo: "U1")),
            fallback: fallback.map { RenderedTemplate(name: $0, language: .hebrew) },
            textEnd: later)
        if delay { outgoing.notBefore = later }
        return Decision(
            rule: rule, outcome: .reply, reason: .matched, because: "", sends: [outgoing], revision: "1")
    }

    private static func template(_ name: String) -> Decision {
        let outgoing = Outgoing(
            body: .message(.template(RenderedTemplate(name: name, language: .hebrew))), textEnd: later)
        return Decision(
            rule: "a", outcome: .template, reason: .matched, because: "", sends: [outgoing], revision: "1")
    }

    private static func silent(_ reason: Decision.Reason = .noMatch) -> Decision {
        Decision(rule: nil, outcome: .silent, reason: reason, because: "", revision: "1")
    }

    private static func with(_ decision: Decision, _ change: (inout Changes) -> Void) -> Decision {
        var decision = decision
        change(&decision.changes)
        return decision
    }

    private static func posting(_ decision: Decision) -> Decision {
        var decision = decision
        decision.sends.append(Outgoing(body: .post(link: "https://example.com", json: "{}"), textEnd: later))
        return decision
    }

    @Test(arguments: [
        (text("x"), text("x"), Difference.none), (text("x"), text("x", fallback: "reopen"), .none),
        (text("x"), silent(), .newlySilent), (template("t"), silent(), .newlySilent),
        (silent(), text("x"), .newlyAnswered), (silent(), template("t"), .newlyTemplate),
        (text("x"), template("t"), .newlyTemplate), (template("t"), text("x"), .noLongerTemplate),
        (text("x"), text("y"), .otherAnswer), (template("t"), template("u"), .otherAnswer),
        (text("x"), text("x", delay: true), .otherAnswer), (text("x"), text("x", rule: "b"), .otherRule),
        (silent(), silent(.ignored), .otherRule), (silent(), silent(), .none),
        (silent(), with(silent()) { $0.optedOut = true }, .otherEffects),
        (text("x"), with(text("x")) { $0.pausedUntil = later }, .otherEffects),
        (text("x"), with(text("x")) { $0.tag = ["vip"] }, .otherEffects),
        (text("x"), with(text("x")) { $0.untag = ["vip"] }, .otherEffects),
        (text("x"), with(text("x")) { $0.set = ["a": .init(text: "b")] }, .otherEffects),
        (text("x"), with(text("x")) { $0.unset = ["a"] }, .otherEffects),
        // A change that only the bot itself remembers shows in later messages.
        (text("x"), with(text("x")) { $0.answered = ["a"] }, .none),
        (text("x"), posting(text("x")), .otherEffects),
    ])
    func decisionsDiffer(before: Decision, after: Decision, difference: Difference) {
        #expect(Difference(before, after) == difference)
    }
}
