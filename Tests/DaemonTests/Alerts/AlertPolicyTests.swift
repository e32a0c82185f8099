import Responder
import Store
import Testing

@testable import Daemon

@Suite struct AlertPolicyTests {
    private static let held = DaemonEvent.settled(
        SettledEntry(
            entry: EntryReference(id: 1, conversation: 1, account: "1", due: Timestamp(seconds: 0)), state: .held,
            reason: .unknown))
    private static let stopped = DaemonEvent.accountStopped(
        AccountStop(account: "1", reason: "wrong key", waiting: 2))

    @Test func aThousandHeldEntriesAreOneAlertWithACount() {
        var policy = AlertPolicy()
        for second in 0..<1000 { policy.record(Self.held, at: .milliseconds(second)) }
        #expect(policy.next(at: .seconds(9)) == [])
        #expect(policy.wake == .seconds(10))
        #expect(
            policy.next(at: .seconds(10)) == [
                Alert(
                    kind: .entriesHeld, account: "1", count: 1000,
                    text:
                        "account 1: 1000 answers are held, for nobody knows whether they arrived. `replyd outbox list` shows them; release or drop each."
                )
            ])
        #expect(policy.next(at: .seconds(11)) == [] && policy.wake == nil)
        // The next ones wait until the interval is over.
        policy.record(Self.held, at: .seconds(20))
        #expect(policy.wake == .seconds(10) + AlertPolicy.interval)
        #expect(policy.next(at: .minutes(11)).map(\.count) == [1])
    }

    @Test func postsThatFailAreToldOfApartFromAnswers() {
        var policy = AlertPolicy()
        for lane in [Outgoing.Lane.posts, .posts, .answers] {
            let entry = EntryReference(
                id: 1, conversation: 1, account: "1", due: Timestamp(seconds: 0), lane: lane)
            policy.record(.settled(SettledEntry(entry: entry, state: .failed, reason: .expired)), at: .zero)
        }
        #expect(
            policy.next(at: .seconds(10)).map(\.text) == [
                "account 1: 1 answer could not be sent and was given up. `replyd outbox list` says why.",
                "account 1: 2 posts to links of rules could not be delivered and were given up. `replyd outbox list` says why.",
            ])
    }

    @Test func anAccountThatStaysStoppedIsToldOfOnceAndItsEndToo() {
        var policy = AlertPolicy()
        for minute in stride(from: 0, to: 60, by: 3) {
            policy.record(Self.stopped, at: .minutes(minute))
            let alerts = policy.next(at: .minutes(minute))
            #expect(
                alerts.map(\.text)
                    == (minute == 0
                        ? [
                            "account 1: wrong key; sending is stopped, 2 entries are waiting. Check `api_key`, `number` and `base_url`."
                        ] : []))
        }
        policy.record(.accountResumed("1"), at: .minutes(60))
        #expect(policy.next(at: .minutes(60)).map(\.kind) == [.accountResumed])
        // A stop that ends at once causes no alert.
        policy.record(Self.stopped, at: .minutes(60) + .seconds(1))
        policy.record(.accountResumed("1"), at: .minutes(60) + .seconds(2))
        #expect(policy.next(at: .minutes(90)) == [])
        #expect(policy.wake == nil)
    }

    @Test func rulesThatAreWrongAreToldOfUntilTheyAreInOrder() {
        var policy = AlertPolicy()
        policy.record(.rulesLoaded(count: 1, revision: "a"), at: .zero)
        #expect(policy.next(at: .zero) == [], "nothing was wrong")
        policy.record(.rulesRefused(report: "f.yaml:1:1: error: no\n  1 | x", inUse: "a"), at: .seconds(1))
        #expect(
            policy.next(at: .seconds(1)) == [
                Alert(
                    kind: .rulesRefused,
                    text:
                        "the changed rules are wrong; revision a stays in use. f.yaml:1:1: error: no. Run `replyd check`."
                )
            ])
        policy.record(.rulesRefused(report: "another", inUse: "a"), at: .seconds(5))
        #expect(policy.next(at: .minutes(5)) == [])
        policy.record(.rulesLoaded(count: 1, revision: "b"), at: .minutes(6))
        #expect(policy.next(at: .minutes(6)).map(\.text) == ["the rules are in order again: revision b."])
    }
}
