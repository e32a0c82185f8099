import Responder
import Store
import Testing

@testable import Daemon

private func entry(_ id: Int64, _ conversation: Int64 = 1, account: String = "A") -> EntryReference {
    EntryReference(id: id, conversation: conversation, account: account, due: Timestamp(seconds: 0))
}

private func queue(_ accounts: [String: SendQueue.Limits] = ["A": .init()]) -> SendQueue {
    SendQueue(accounts, at: .zero)
}

@Suite struct SendQueueTests {
    @Test func aConversationHasOneEntryUnderWayAndOthersRunBeside() {
        var queue = queue()
        for id in 1...3 { queue.add(entry(Int64(id)), due: .zero, at: .zero) }
        queue.add(entry(4, 2), due: .zero, at: .zero)
        #expect(Set(queue.next(at: .zero).map(\.id)) == [1, 4])
        #expect(queue.next(at: .zero).isEmpty)
        queue.finished(entry(1), at: .zero)
        #expect(queue.next(at: .zero).map(\.id) == [2])
    }

    @Test func anEntryThatIsTriedAgainHoldsUpThoseBehindIt() {
        var queue = queue()
        queue.add(entry(1), due: .zero, at: .zero)
        queue.add(entry(2), due: .zero, at: .zero)
        _ = queue.next(at: .zero)
        queue.finished(entry(1), retryAt: .seconds(5), at: .zero)
        #expect(queue.next(at: .seconds(4)).isEmpty)
        #expect(queue.nextWake(at: .seconds(4)) == .seconds(5))
        #expect(queue.next(at: .seconds(5)).map(\.id) == [1])
        queue.finished(entry(1), at: .seconds(5))
        #expect(queue.next(at: .seconds(5)).map(\.id) == [2])
    }

    @Test func entriesOfOneConversationKeepTheirOrderHoweverTheyCome() {
        var queue = queue()
        for id: Int64 in [3, 1, 2, 2] { queue.add(entry(id), due: .zero, at: .zero) }
        var order: [Int64] = []
        while let next = queue.next(at: .zero).first {
            order.append(next.id)
            queue.finished(next, at: .zero)
        }
        #expect(order == [1, 2, 3])
        #expect(queue.nextWake(at: .zero) == nil)
    }

    /// A webhook may report a failure before the sender has finished the entry.
    @Test func anEntryThatComesBackWhileUnderWayIsNotLost() {
        var queue = queue()
        queue.add(entry(1), due: .zero, at: .zero)
        _ = queue.next(at: .zero)
        queue.add(entry(1), due: .seconds(1), at: .zero)
        #expect(queue.next(at: .seconds(2)).isEmpty)
        queue.finished(entry(1), at: .seconds(2))
        #expect(queue.next(at: .seconds(2)).map(\.id) == [1])
        queue.finished(entry(1), at: .seconds(2))
        #expect(queue.next(at: .seconds(9)).isEmpty)
    }

    @Test func anAccountHasItsBoundOfRequestsUnderWay() {
        var queue = queue(["A": .init(concurrency: 2), "B": .init()])
        for id in 1...5 { queue.add(entry(Int64(id), Int64(id)), due: .zero, at: .zero) }
        queue.add(entry(6, 6, account: "B"), due: .zero, at: .zero)
        #expect(queue.next(at: .zero).count == 3)
        #expect(queue.inFlight == 3)
        queue.finished(entry(1, 1), at: .zero)
        #expect(queue.next(at: .zero).map(\.id) == [3])
    }

    @Test func aRateSpreadsRequestsAndDoesNotBeginWithABurst() {
        var queue = queue(["A": .init(interval: .milliseconds(100))])
        for id in 1...20 { queue.add(entry(Int64(id), Int64(id)), due: .zero, at: .zero) }
        var sent = 0
        for step in 0..<100 {
            let begun = queue.next(at: .milliseconds(step * 10))
            #expect(begun.count <= 1)
            sent += begun.count
            for entry in begun { queue.finished(entry, at: .milliseconds(step * 10)) }
        }
        #expect(sent == 10)
        #expect(queue.nextWake(at: .milliseconds(990)) == .milliseconds(1000))
    }

    @Test func aStoppedAccountIsProbedByOneEntryAndResumesWhole() {
        var queue = queue()
        for id in 1...3 { queue.add(entry(Int64(id), Int64(id)), due: .zero, at: .zero) }
        queue.stop("A", probeAt: .seconds(180))
        #expect(queue.next(at: .seconds(179)).isEmpty)
        #expect(queue.nextWake(at: .seconds(179)) == .seconds(180))
        #expect(queue.next(at: .seconds(180)).count == 1)
        #expect(queue.next(at: .seconds(999)).isEmpty)
        #expect(queue.nextWake(at: .seconds(999)) == nil)
        let resumed = queue.resume("A")
        #expect(resumed)
        #expect(queue.next(at: .seconds(999)).count == 2)
        let again = queue.resume("A")
        #expect(!again)
    }

    @Test func aProbeThatLedToNothingIsRepeatedLater() {
        var queue = queue()
        queue.add(entry(1), due: .zero, at: .zero)
        queue.stop("A", probeAt: .zero)
        #expect(queue.next(at: .zero).count == 1)
        queue.finished(entry(1), retryAt: .seconds(1), at: .zero)
        queue.probeFailed("A", nextAt: .seconds(180))
        #expect(queue.next(at: .seconds(100)).isEmpty)
        #expect(queue.next(at: .seconds(180)).count == 1)
    }

    /// For example, an operator has dropped the entry: then it is over as soon as it is looked at.
    @Test func whatSomebodyElseHasDecidedAboutIsLookedAtAtOnce() {
        var queue = queue()
        queue.add(entry(1), due: .seconds(900), at: .zero)
        queue.add(entry(2), due: .zero, at: .zero)
        #expect(queue.next(at: .zero).isEmpty && queue.waiting.sorted() == [1, 2])
        queue.makeDue([1], at: .zero)
        #expect(queue.next(at: .zero).map(\.id) == [1] && queue.waiting == [2])
        queue.makeDue([1], at: .zero)
        queue.finished(entry(1), at: .zero)
        #expect(queue.next(at: .zero).map(\.id) == [2])
        queue.finished(entry(2), at: .zero)
        #expect(queue.waiting(of: "A") == 0 && queue.next(at: .seconds(1000)).isEmpty)
    }

    @Test func anEntryThatComesAgainIsDueWhenItSaysThen() {
        var queue = queue()
        queue.add(entry(1), due: .seconds(900), at: .zero)
        queue.add(entry(1), due: .seconds(1), at: .zero)
        #expect(queue.next(at: .zero).isEmpty && queue.nextWake(at: .zero) == .seconds(1))
        #expect(queue.next(at: .seconds(1)).map(\.id) == [1])
    }

    @Test func entriesOfAccountsThatAreNotConfiguredStayUntouched() {
        var queue = queue()
        queue.add(entry(1, account: "gone"), due: .zero, at: .zero)
        #expect(queue.next(at: .seconds(1)).isEmpty)
        #expect(queue.nextWake(at: .zero) == nil)
    }

    /// Random adds, ends, retries and decisions by others: never two of a conversation at once, never out of order,
    /// none lost.
    @Test(arguments: 0..<30)
    func whateverHappensOrderHoldsAndNothingIsLost(seed: Int) {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        func random(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        var queue = queue(["A": .init(concurrency: 3)])
        var now = Duration.zero
        var nextID: Int64 = 0
        var inFlight: [EntryReference] = []
        var done: [Int64: [Int64]] = [:]
        for step in 0..<2000 {
            now += .milliseconds(random(20))
            if step < 1000, random(2) == 0 {
                nextID += 1
                queue.add(entry(nextID, Int64(random(5))), due: now + .milliseconds(random(3) * 30), at: now)
            }
            if random(10) == 0, let any = queue.waiting.min() { queue.makeDue([any], at: now) }
            for begun in queue.next(at: now) {
                #expect(!inFlight.contains { $0.conversation == begun.conversation }, "seed \(seed)")
                inFlight.append(begun)
            }
            #expect(inFlight.count <= 3)
            guard !inFlight.isEmpty, random(2) == 0 else { continue }
            let ended = inFlight.remove(at: random(inFlight.count))
            if step < 1500, random(3) == 0 {
                queue.finished(ended, retryAt: now + .milliseconds(random(50)), at: now)
            } else {
                done[ended.conversation, default: []].append(ended.id)
                queue.finished(ended, at: now)
            }
        }
        for order in done.values { #expect(order == order.sorted(), "seed \(seed)") }
        #expect(done.values.reduce(0) { $0 + $1.count } + inFlight.count == Int(nextID), "seed \(seed)")
    }
}
