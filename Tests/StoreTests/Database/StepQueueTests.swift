import Responder
import SeededRandom
import Testing

@testable import Store

@Suite struct StepQueueTests {
    /// Steps that say which they are when they are finished.
    private final class Line {
        var queue = StepQueue()
        private(set) var finished: [Int] = []
        private var count = 0

        func add(_ purpose: StepQueue.Purpose, sentAt: Timestamp? = nil) {
            count += 1
            let number = count
            queue.append(
                Step(
                    run: { _ in nil }, isDone: { _ in nil }, finish: { [unowned self] _ in finished.append(number) },
                    sentAt: sentAt),
                for: purpose)
        }

        /// Takes a batch; returns the numbers of its steps.
        func take() -> [Int] {
            finished = []
            for step in queue.takeBatch() { step.finish(nil) }
            return finished
        }
    }

    @Test(arguments: UInt64(1)...200)
    func eachStepHasItsTurnOnceAndNobodyWaitsForOthersForEver(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let line = Line()
        var (waiting, accounts): (Set<Int>, [Int: String]) = ([], [:])
        var number = 0
        for _ in 0..<60 {
            line.queue.behind = random.chance(0.3) ? ["busy"] : []
            for _ in 0..<random.upTo(150) {
                number += 1
                waiting.insert(number)
                let account: String? = random.one(of: ["busy", "calm", nil])
                if random.chance(0.4) {
                    line.add(.progress)
                } else {
                    line.add(.intake(account))
                    accounts[number] = account ?? "other"
                }
            }
            let batch = line.take()
            #expect(batch.count <= 96 + 48 && Set(batch).count == batch.count, "seed \(seed)")
            #expect(waiting.isSuperset(of: batch), "seed \(seed)")
            // Whoever is not behind has his share.
            let open = waiting.filter { accounts[$0] != nil && !line.queue.behind.contains(accounts[$0] ?? "") }.count
            let taken = batch.filter { accounts[$0] != nil && !line.queue.behind.contains(accounts[$0] ?? "") }
            #expect(taken.count >= min(open, 24), "seed \(seed)")
            // Progress goes first, and each in the order of arrival.
            let split = batch.firstIndex { accounts[$0] != nil } ?? batch.endIndex
            #expect(batch[..<split].allSatisfy { accounts[$0] == nil }, "seed \(seed)")
            #expect(batch[split...].allSatisfy { accounts[$0] != nil }, "seed \(seed)")
            #expect(Array(batch[..<split]) == batch[..<split].sorted(), "seed \(seed)")
            #expect(Array(batch[split...]) == batch[split...].sorted(), "seed \(seed)")
            waiting.subtract(batch)
            #expect(line.queue.count == waiting.count, "seed \(seed)")
        }
        line.queue.behind = ["busy"]
        var rounds = 0
        while !waiting.isEmpty, rounds < 10_000 {
            let batch = line.take()
            #expect(!batch.isEmpty, "seed \(seed)")
            waiting.subtract(batch)
            rounds += 1
        }
        #expect(waiting.isEmpty && line.take().isEmpty, "seed \(seed)")
    }

    /// Each answer takes two steps.
    @Test func anAccountThatIsBehindTakesInAsManyEventsAsItAnswers() {
        let line = Line()
        line.queue.behind = ["busy"]
        var events = 0
        for _ in 0..<50 {
            for number in 0..<30 { line.add(number < 10 ? .progress : .intake("busy")) }
            events += line.take().count - 10
        }
        #expect(events == 50 * 10 / 2)
    }

    @Test func messagesThatMeetArePutInTheOrderInWhichTheyWereSent() {
        let line = Line()
        line.add(.intake("a"), sentAt: Timestamp(seconds: 5))
        line.add(.intake("a"))
        line.add(.intake("b"), sentAt: Timestamp(seconds: 3))
        line.add(.intake("a"), sentAt: Timestamp(seconds: 3))
        #expect(line.take() == [3, 2, 4, 1])
    }

    @Test func whereNothingCanBeWrittenAllAreTakenAtOnce() {
        let line = Line()
        for number in 0..<300 { line.add(number % 3 == 0 ? .progress : .intake("a")) }
        #expect(line.queue.takeAll().count == 300)
        #expect(line.queue.count == 0 && line.take().isEmpty)
    }
}
