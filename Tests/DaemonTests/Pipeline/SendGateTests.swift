import Responder
import Store
import Testing

@testable import Daemon

private let interval = SendGate.probeInterval

extension SendGate {
    fileprivate init(ready: [Int64] = [], suspected: [Int64] = []) {
        self.init(Limits(), at: .zero)
        for id in ready { add(Lane(conversation: id, kind: .answers), ticket: 0, isSuspected: false) }
        for id in suspected { add(Lane(conversation: id, kind: .answers), ticket: 0, isSuspected: true) }
    }

    /// Begins what the gate lets through, with the numbers of the conversations as those of the entries.
    fileprivate mutating func begun(at uptime: Duration = .zero) -> [Int64] {
        var begun: [Int64] = []
        while let (lane, _) = takeNext(at: uptime) {
            begin(lane.conversation, at: uptime)
            begun.append(lane.conversation)
        }
        return begun
    }
}

@Suite struct SendGateTests {
    /// The fault may be that of the entry: another one shows at once whether it is.
    @Test func anotherEntryIsTriedAtOnceWhenTheAccountIsRefused() {
        var gate = SendGate(ready: [2, 3], suspected: [1])
        gate.stop(after: 1, at: .zero)
        #expect(gate.isStopped && gate.begun() == [2])
        #expect(gate.begun(at: .hours(1)).isEmpty, "one probe at a time")
        let opens = gate.pass(2)
        #expect(opens && !gate.isStopped && gate.begun() == [3, 1])
    }

    /// A few contacts whom the provider refuses must not keep the others waiting for minutes.
    @Test func ifThatOneIsRefusedTooOthersAreTriedMoreAndMoreRarely() {
        var gate = SendGate(ready: [2, 3, 4, 5, 6, 7, 8], suspected: [1])
        gate.stop(after: 1, at: .zero)
        #expect(gate.begun() == [2])
        var now = Duration.zero
        for (entry, wait) in zip(Int64(2)..., [1, 5, 20, 60, 180, 180].map { Duration.seconds($0) }) {
            gate.stop(after: entry, at: now)
            #expect(gate.nextTurn == now + wait)
            now += wait
            #expect(gate.begun(at: now - .milliseconds(1)).isEmpty)
            #expect(gate.begun(at: now) == [entry + 1])
        }
        #expect(gate.pass(8) && !gate.isStopped)
    }

    /// A log that says it for each request in flight, or for each late report, says nothing more.
    @Test func onlyTheFirstRefusalAndThoseOfProbesAreNews() {
        var gate = SendGate(ready: [2, 3], suspected: [1])
        let first = gate.stop(after: 1, at: .zero)
        let (inFlight, late) = (gate.stop(after: 9, at: .zero), gate.stop(after: nil, rest: .seconds(600), at: .zero))
        #expect(first && !inFlight && !late)
        #expect(gate.begun(at: .seconds(600)) == [2])
        let (beside, probe) = (gate.stop(after: 9, at: .seconds(601)), gate.stop(after: 2, at: .seconds(601)))
        #expect(!beside && probe)
    }

    /// The probe must not take the entry that has just been refused, again and again.
    @Test func anEntryThatWasRefusedIsNoProbeWhileThereAreOthers() {
        var gate = SendGate(ready: [2], suspected: [1])
        gate.stop(after: 1, at: .zero)
        gate.add(Lane(conversation: 4, kind: .answers), ticket: 0, isSuspected: true)
        #expect(gate.begun(at: interval) == [2])
        gate.stop(after: 2, at: interval)
        #expect(gate.begun(at: interval + interval) == [1])
    }

    @Test func aPersonWhoSaysThatItIsMendedNeedNotWait() {
        var gate = SendGate(suspected: [1])
        gate.stop(after: 1, at: .zero)
        #expect(gate.begun(at: .seconds(1)).isEmpty)
        gate.tryNow(at: .seconds(1))
        #expect(gate.begun(at: .seconds(1)) == [1])
        gate.tryNow(at: .seconds(2))
        #expect(gate.begun(at: .seconds(2)).isEmpty, "one probe at a time")
        var open = SendGate(ready: [1])
        open.tryNow(at: .zero)
        #expect(!open.isStopped && open.begun() == [1])
    }

    @Test func ifNothingElseWaitsARefusedEntryIsTheProbeAfterAWhile() {
        var gate = SendGate(suspected: [1])
        gate.stop(after: 1, at: .zero)
        #expect(gate.nextTurn == interval && gate.begun(at: interval - .seconds(1)).isEmpty)
        // A new message need not wait.
        gate.add(Lane(conversation: 5, kind: .answers), ticket: 0, isSuspected: false)
        #expect(gate.begun(at: .seconds(9)) == [5])
    }

    @Test func requestsFromBeforeTheStopDoNotOpenTheGate() {
        var gate = SendGate(ready: [1, 2, 3])
        #expect(gate.begun() == [1, 2, 3])
        gate.stop(after: 1, at: .zero)
        let isOpenBy2 = gate.pass(2)
        gate.add(Lane(conversation: 4, kind: .answers), ticket: 0, isSuspected: false)
        #expect(!isOpenBy2 && gate.isStopped && gate.begun() == [4])
        let isOpenBy3 = gate.pass(3)
        #expect(!isOpenBy3 && gate.isStopped)
        let isOpenBy4 = gate.pass(4)
        #expect(isOpenBy4 && !gate.isStopped)
    }

    @Test func aProbeThatShowsNothingIsRepeatedLater() {
        var gate = SendGate(ready: [1, 2])
        gate.stopAtStart(at: .zero)
        #expect(gate.begun() == [1])
        gate.recordUnclear(1, at: .zero)
        #expect(gate.begun(at: interval - .seconds(1)).isEmpty && gate.begun(at: interval) == [2])
        // The entry was over before it was sent: the next one takes its place.
        gate.probeAgain(2, at: interval)
        gate.add(Lane(conversation: 3, kind: .answers), ticket: 0, isSuspected: false)
        #expect(gate.begun(at: interval) == [3])
    }

    /// 429 and 503 are about the account: after the wait one request goes ahead.
    @Test func aProviderWithTooMuchToDoSlowsTheAccountDown() {
        var gate = SendGate(ready: [1, 2, 3, 4])
        #expect(gate.takeNext(at: .zero)?.lane.conversation == 1)
        gate.begin(1, at: .zero)
        var asked: [Int] = []
        let wait: (Int) -> Duration = { failures in
            asked.append(failures)
            return .seconds(failures)
        }
        #expect(gate.slow(after: 1, at: .zero, wait: wait) == .seconds(1))
        #expect(gate.begun(at: .milliseconds(900)).isEmpty && !gate.isStopped)
        #expect(gate.begun(at: .seconds(1)) == [2])
        #expect(gate.slow(after: 2, at: .seconds(1), wait: wait) == .seconds(3))
        #expect(gate.begun(at: .seconds(3)) == [3])
        let wasStopped = gate.pass(3)
        #expect(!wasStopped && gate.begun(at: .seconds(3)) == [4])
        _ = gate.pass(4)
        #expect(gate.slow(after: 4, at: .seconds(4), wait: wait) == .seconds(5))
        #expect(asked == [1, 2, 1])
    }

    @Test func theWaitsBeginAnewWithEachStop() {
        var gate = SendGate(ready: [2, 3, 4, 5, 6], suspected: [1])
        gate.stop(after: 1, at: .zero)
        #expect(gate.begun() == [2])
        gate.stop(after: 2, at: .zero)
        #expect(gate.begun(at: .seconds(1)) == [3])
        gate.stop(after: 3, at: .seconds(1))
        #expect(gate.begun(at: .seconds(6)) == [4])
        _ = gate.pass(4)
        _ = gate.slow(after: 5, at: .seconds(7)) { _ in .seconds(1) }
        #expect(gate.begun(at: .seconds(8)) == [5])
        gate.stop(after: 5, at: .seconds(8))
        #expect(gate.begun(at: .seconds(8)) == [6])
    }

    @Test func aSlowedAccountThatIsRefusedIsStopped() {
        var gate = SendGate(ready: [1, 2, 3])
        #expect(gate.begun() == [1, 2, 3])
        _ = gate.slow(after: 1, at: .zero) { _ in .seconds(1) }
        gate.stop(after: 2, at: .zero)
        #expect(gate.isStopped)
        #expect(gate.slow(after: 3, at: .zero) { _ in .seconds(1) } == .seconds(1))
        #expect(gate.isStopped)
    }
}
