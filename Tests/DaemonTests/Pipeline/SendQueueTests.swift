import Responder
import SeededRandom
import Store
import Testing

@testable import Daemon

private let start = Timestamp(seconds: 1_700_000_000)

private func moment(_ uptime: Duration, wall: Duration? = nil) -> SendQueue.Moment {
    SendQueue.Moment(uptime: uptime, now: start + (wall ?? uptime))
}

private func lane(_ conversation: Int64, _ kind: Outgoing.Lane = .answers) -> Lane {
    Lane(conversation: conversation, kind: kind)
}

private func added(
    _ id: Int64, _ conversation: Int64 = 1, account: String = "A", due: Duration = .zero,
    kind: Outgoing.Lane = .answers
) -> OutboxChange {
    .added(EntryReference(id: id, conversation: conversation, account: account, due: start + due, lane: kind))
}

/// What the store announces of a lane: its entries, of which the first is the head.
private func lane(
    _ conversation: Int64 = 1, has entries: [Int64], due: Duration = .zero, delay: Duration = .zero,
    isRetry: Bool = false, isInFlight: Bool = false, isSuspected: Bool = false
) -> OutboxChange {
    .lane(
        LaneState(
            lane: lane(conversation), account: "A",
            head: entries.first.map {
                LaneHead(
                    entry: $0, due: start + due, delay: delay, isRetry: isRetry, isInFlight: isInFlight,
                    isSuspected: isSuspected)
            }, count: entries.count))
}

extension SendQueue {
    fileprivate init(_ limits: SendGate.Limits = .init()) {
        self.init(["A": limits, "B": SendGate.Limits()], at: .zero)
    }

    fileprivate mutating func apply(_ changes: OutboxChange..., at uptime: Duration = .zero) {
        for change in changes { apply(change, at: moment(uptime)) }
    }

    fileprivate mutating func begun(at uptime: Duration = .zero) -> [Int64] {
        next(at: moment(uptime)).map(\.id).sorted()
    }

    fileprivate mutating func finished(
        _ id: Int64, _ conversation: Int64 = 1, account: String = "A", retryAt: Duration? = nil,
        at uptime: Duration = .zero
    ) {
        let entry = EntryReference(id: id, conversation: conversation, account: account, due: start)
        finished(entry, retryAt: retryAt, at: moment(uptime))
    }
}

@Suite struct SendQueueTests {
    @Test func aLaneHasOneEntryInFlightAndOthersRunBeside() {
        var queue = SendQueue()
        queue.apply(added(1), added(2), added(3), added(4, 2))
        #expect(queue.begun() == [1, 4])
        #expect(queue.begun().isEmpty)
        queue.apply(lane(has: [2, 3]))
        #expect(queue.begun().isEmpty, "the sender has not done with the first entry")
        queue.finished(1)
        #expect(queue.begun() == [2])
    }

    /// The store says that the entry is over; before the sender has done with it, a person releases it again.
    @Test func whatIsReleasedWhileTheSenderTurnsAwayFromItIsNotForgotten() {
        var queue = SendQueue()
        queue.apply(added(1), added(2))
        #expect(queue.begun() == [1])
        queue.apply(lane(has: [2]), lane(has: [1, 2]))
        queue.finished(1)
        #expect(queue.begun() == [1])
    }

    /// What is left of a lane in a gate that is shut must not stand for the lane when it comes again.
    @Test func aLaneThatComesAgainIsBegunOnce() {
        var queue = SendQueue()
        queue.withGate(of: "A") { $0.stop(after: nil, at: .zero) }
        queue.apply(added(1, 2), added(2))
        #expect(queue.begun() == [1], "the probe")
        queue.apply(lane(has: []), added(3))
        _ = queue.withGate(of: "A") { $0.pass(1) }
        #expect(queue.begun() == [3])
    }

    @Test func anEntryThatIsTriedAgainHoldsUpThoseBehindIt() {
        var queue = SendQueue()
        queue.apply(added(1), added(2))
        #expect(queue.begun() == [1])
        queue.apply(lane(has: [1, 2], due: .seconds(5), isRetry: true))
        queue.finished(1)
        #expect(queue.begun(at: .seconds(4)).isEmpty)
        #expect(queue.nextWake(at: moment(.seconds(4))) == .seconds(5))
        #expect(queue.begun(at: .seconds(5)) == [1])
    }

    @Test func whatTheStoreSaysOfALaneCountsWhateverTheQueueThought() {
        var queue = SendQueue()
        queue.apply(added(5, due: .seconds(900)), added(6))
        #expect(queue.begun().isEmpty)
        // A person has dropped the head.
        queue.apply(lane(has: [6]))
        #expect(queue.begun() == [6] && queue.waiting(of: "A") == 1)
        // An earlier entry has come back while this one is in flight.
        queue.apply(lane(has: [2, 6]))
        #expect(queue.begun().isEmpty)
        queue.finished(6)
        #expect(queue.begun() == [2])
        queue.apply(lane(has: []))
        queue.finished(2)
        #expect(queue.begun(at: .hours(1)).isEmpty && queue.waiting(of: "A") == 0)
        #expect(queue.nextWake(at: moment(.hours(1))) == nil)
    }

    /// Two contacts have become one while an answer to one of them was in flight.
    @Test func anEntryInFlightHoldsUpTheLaneItWasMovedTo() {
        var queue = SendQueue()
        queue.apply(added(1), added(2, 7, due: .seconds(1)))
        #expect(queue.begun() == [1])
        queue.apply(lane(1, has: []), lane(7, has: [1, 2], isInFlight: true), at: .seconds(1))
        #expect(queue.begun(at: .seconds(2)).isEmpty)
        queue.apply(lane(7, has: [2]), at: .seconds(3))
        queue.finished(1, at: .seconds(3))
        #expect(queue.begun(at: .seconds(3)) == [2])
    }

    @Test func anEntryThatCouldNotBeBegunIsTriedAgainSoon() {
        var queue = SendQueue()
        queue.apply(added(1))
        #expect(queue.begun() == [1])
        queue.finished(1, retryAt: .seconds(1))
        #expect(queue.begun(at: .milliseconds(999)).isEmpty)
        #expect(queue.begun(at: .seconds(1)) == [1])
    }

    /// A clock that was an hour slow is set right: what waits for a time of day is due an hour earlier, what waits for a
    /// second try is not.
    @Test func aClockThatIsSetMovesWhatWaitsForATimeOfDay() {
        var queue = SendQueue()
        queue.apply(added(1, due: .hours(1), kind: .openings))
        queue.apply(added(2, 2), lane(2, has: [2], due: .minutes(10), isRetry: true))
        #expect(queue.next(at: moment(.minutes(1))).isEmpty)
        #expect(queue.nextWake(at: moment(.minutes(1))) == .minutes(10))
        #expect(queue.next(at: moment(.minutes(1), wall: .minutes(61))).map(\.id) == [1])
        #expect(queue.nextWake(at: moment(.minutes(1), wall: .minutes(61))) == .minutes(10))
        #expect(queue.next(at: moment(.minutes(10), wall: .minutes(0))).map(\.id) == [2])
    }

    /// The clock was an hour fast when these were decided, and has been set right since.
    @Test func aClockThatIsSetBackHoldsUpNothingThatWaitsForNoTimeOfDay() {
        var queue = SendQueue()
        queue.apply(lane(1, has: [1], due: .hours(1)), lane(2, has: [2], due: .hours(1), delay: .seconds(5)))
        queue.apply(lane(3, has: [3], due: .hours(1), isRetry: true))
        #expect(queue.begun() == [1])
        #expect(queue.begun(at: .seconds(5)) == [2])
        #expect(queue.begun(at: .minutes(15)) == [3])
    }

    @Test func anAccountHasItsBoundOfRequestsInFlight() {
        var queue = SendQueue(.init(concurrency: 2))
        for id: Int64 in 1...5 { queue.apply(added(id, id)) }
        queue.apply(added(6, 6, account: "B"))
        #expect(queue.begun() == [1, 2, 6] && queue.inFlight == 3)
        queue.apply(lane(has: []))
        queue.finished(1)
        #expect(queue.begun() == [3])
    }

    @Test func aRateSpreadsRequestsAndDoesNotBeginWithABurst() {
        var queue = SendQueue(.init(interval: .milliseconds(100)))
        for id: Int64 in 1...20 { queue.apply(added(id, id)) }
        var sent = 0
        for step in 0..<100 {
            let begun = queue.begun(at: .milliseconds(step * 10))
            #expect(begun.count <= 1)
            sent += begun.count
            for id in begun { queue.finished(id, id, at: .milliseconds(step * 10)) }
        }
        #expect(sent == 10)
        #expect(queue.nextWake(at: moment(.milliseconds(990))) == .milliseconds(1000))
    }

    @Test func entriesOfAccountsThatAreNotConfiguredStayUntouched() {
        var queue = SendQueue()
        queue.apply(added(1, account: "gone"))
        #expect(queue.begun(at: .seconds(1)).isEmpty)
        #expect(queue.nextWake(at: moment(.zero)) == nil)
    }

    /// Neither posts nor what waits for the rate can be sent sooner by taking in less.
    @Test func onlyTheAccountThatCouldSendMoreIsBehind() {
        var queue = SendQueue(["A": .init(), "B": .init(), "slow": .init(interval: .seconds(1))], at: .zero)
        for id: Int64 in 1...300 {
            queue.apply(added(id, id), added(1000 + id, 1000 + id, account: "slow"))
            queue.apply(added(2000 + id, 2000 + id, account: "B", kind: .posts))
        }
        #expect(queue.begun().count == 64 + 64 + 1)
        #expect(queue.behind(at: .milliseconds(1)) == ["A"])
        // A provider that has half of the requests or more, and answers none or late, does not keep up itself.
        _ = queue.withGate(of: "A") { gate in (0..<31).forEach { _ in gate.beginCarrying(at: .milliseconds(1)) } }
        #expect(queue.behind(at: .seconds(5)).contains("A"), "33 requests are with the store")
        _ = queue.withGate(of: "A") { $0.beginCarrying(at: .milliseconds(1)) }
        #expect(queue.behind(at: .milliseconds(200)).contains("A"), "it may answer soon")
        #expect(!queue.behind(at: .seconds(5)).contains("A"))
        _ = queue.withGate(of: "A") { gate in
            gate.endCarrying(after: .milliseconds(20), at: .seconds(5))
            gate.beginCarrying(at: .seconds(5))
        }
        #expect(queue.behind(at: .seconds(5)).contains("A"), "it answers, and at once")
        _ = queue.withGate(of: "A") { gate in
            for second in 6..<12 {
                gate.endCarrying(after: .seconds(1), at: .seconds(second))
                gate.beginCarrying(at: .seconds(second))
            }
        }
        #expect(!queue.behind(at: .seconds(11)).contains("A"), "it answers late")
        #expect(queue.waiting(of: "B") == 0, "posts to the business keep no messages out")
    }

    /// Random adds, ends, retries and decisions by others, announced by a model of the database: never two of a lane at
    /// once, never out of order, none lost.
    @Test(arguments: 0..<50)
    func whateverHappensOrderHoldsAndNothingIsLost(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var queue = SendQueue(.init(concurrency: 3))
        var model: [Int64: [Int64]] = [:]
        var uptime = Duration.zero
        var nextID: Int64 = 0
        var inFlight: [EntryReference] = []
        var done: [Int64: [Int64]] = [:]
        /// What the store has let the sender begin; the others in flight are on their way to the store.
        var begunInStore: Set<Int64> = []
        var released: Set<Int64> = []
        var dropped: [(conversation: Int64, entry: Int64)] = []
        func announce(_ conversation: Int64, to queue: inout SendQueue) {
            let left = model[conversation] ?? []
            let busy = inFlight.first { $0.conversation == conversation }?.id
            queue.apply(
                lane(conversation, has: left, due: uptime, isInFlight: busy != nil && left.first == busy), at: uptime)
        }
        for step in 0..<2000 {
            uptime += .milliseconds(random.upTo(20))
            if step < 1000, random.chance(0.5) {
                nextID += 1
                let conversation = Int64(random.upTo(5))
                model[conversation, default: []].append(nextID)
                queue.apply(
                    added(nextID, conversation, due: uptime + .milliseconds(random.upTo(3) * 30)), at: uptime)
            }
            if random.chance(0.2) {
                // A person drops an entry that has not been begun, though it may have been given to the sender.
                let conversation = Int64(random.upTo(5))
                let entries = (model[conversation] ?? []).filter { entry in !begunInStore.contains(entry) }
                if let entry = entries.isEmpty ? nil : random.one(of: entries) {
                    model[conversation]?.removeAll { $0 == entry }
                    dropped.append((conversation, entry))
                    announce(conversation, to: &queue)
                }
            }
            if step < 1500, !dropped.isEmpty, random.chance(0.2) {
                // A person releases one again.
                let (conversation, entry) = dropped.remove(at: random.upTo(dropped.count))
                model[conversation] = ((model[conversation] ?? []) + [entry]).sorted()
                released.insert(entry)
                announce(conversation, to: &queue)
            }
            for begun in queue.next(at: moment(uptime)) {
                #expect(!inFlight.contains { $0.conversation == begun.conversation }, "seed \(seed)")
                #expect(model[begun.conversation]?.first == begun.id, "seed \(seed)")
                inFlight.append(begun)
            }
            for entry in inFlight where random.chance(0.5) && model[entry.conversation]?.first == entry.id {
                begunInStore.insert(entry.id)
            }
            #expect(inFlight.count <= 3)
            guard !inFlight.isEmpty, random.chance(0.5) else { continue }
            let ended = inFlight.remove(at: random.upTo(inFlight.count))
            guard begunInStore.remove(ended.id) != nil else {
                // The store turned the sender away: the entry had been dropped, or another one had been released.
                announce(ended.conversation, to: &queue)
                if random.chance(0.5), let index = dropped.firstIndex(where: { $0.entry == ended.id }) {
                    dropped.remove(at: index)
                    model[ended.conversation] = ((model[ended.conversation] ?? []) + [ended.id]).sorted()
                    released.insert(ended.id)
                    announce(ended.conversation, to: &queue)
                }
                queue.finished(ended, at: moment(uptime))
                continue
            }
            let isRetry = step < 1500 && random.chance(0.3)
            if !isRetry {
                model[ended.conversation]?.removeAll { $0 == ended.id }
                done[ended.conversation, default: []].append(ended.id)
            }
            queue.apply(
                lane(
                    ended.conversation, has: model[ended.conversation] ?? [],
                    due: uptime + .milliseconds(random.upTo(50)), isRetry: isRetry), at: uptime)
            queue.finished(ended, at: moment(uptime))
        }
        for order in done.values.map({ $0.filter { !released.contains($0) } }) {
            #expect(order == order.sorted(), "seed \(seed)")
        }
        #expect(done.values.reduce(0) { $0 + $1.count } + inFlight.count + dropped.count == Int(nextID), "seed \(seed)")
        #expect(queue.waiting(of: "A") == inFlight.count, "seed \(seed)")
    }
}
