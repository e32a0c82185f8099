import SeededRandom
import Daemon
import HeapModule
import Responder
import Synchronization

/// Runs every task of a simulation on one thread, in an order that the seed chooses.
///
/// Unchecked, because only one thread ever touches it.
final class SimulatedScheduler: TaskExecutor, @unchecked Sendable {
    private var jobs: [UnownedJob] = []
    private let random: SharedRandom

    init(random: SharedRandom) {
        self.random = random
    }

    func enqueue(_ job: consuming ExecutorJob) {
        jobs.append(UnownedJob(job))
    }

    /// Whether there is nothing to run.
    var isIdle: Bool { jobs.isEmpty }

    /// Runs one of the jobs that are ready, chosen by the seed.
    func runOne() {
        let place = random.draw { $0.upTo(jobs.count) }
        jobs.swapAt(place, jobs.count - 1)
        jobs.removeLast().runSynchronously(on: asUnownedTaskExecutor())
    }
}

/// The one source of random numbers for all of a simulation.
final class SharedRandom: @unchecked Sendable {
    private var random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    func draw<Result>(_ body: (inout SeededRandom) -> Result) -> Result {
        body(&random)
    }
}

/// A clock that moves when nothing else is left to do.
final class SimulatedTime: @unchecked Sendable {
    private struct Timer: Comparable {
        var due: Duration
        var number: Int
        var action: () -> Void

        static func < (left: Timer, right: Timer) -> Bool { (left.due, left.number) < (right.due, right.number) }
        static func == (left: Timer, right: Timer) -> Bool { left.number == right.number }
    }

    private var timers = Heap<Timer>()
    private var lastNumber = 0
    private(set) var uptime = Duration.zero
    /// The error of the machine's wall clock.
    var error = Duration.zero {
        didSet { for listener in listeners.sorted(by: { $0.key < $1.key }) { listener.value() } }
    }
    /// Those who are notified when the wall clock is set.
    private var listeners: [Int: () -> Void] = [:]
    /// The true time at the beginning.
    static let start = Timestamp(seconds: 1_780_000_000)

    /// The true time.
    var trueNow: Timestamp { Self.start + uptime }

    /// Calls `action` after `delay`.
    func after(_ delay: Duration, _ action: @escaping () -> Void) {
        lastNumber += 1
        timers.insert(Timer(due: uptime + max(delay, .zero), number: lastNumber, action: action))
    }

    /// Moves to the next timer and runs it; returns `false` if there is none, or none that is due by `end`.
    func advance(until end: Duration) -> Bool {
        guard let next = timers.min, next.due <= end else { return false }
        timers.removeMin()
        uptime = max(uptime, next.due)
        next.action()
        return true
    }

    /// Returns the clocks as one run of replyd sees them, until it ends.
    func clock(for run: ProcessRun) -> Clock {
        Clock(
            now: { [self] in trueNow + error },
            uptime: { [self] in uptime },
            sleep: { [self] until in
                try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                    if run.isOver { return continuation.resume(throwing: CancellationError()) }
                    let resume = run.once { continuation.resume(throwing: CancellationError()) }
                    after(until - uptime) { if resume() { continuation.resume() } }
                }
            },
            alarm: { [self] at, ring in
                let isOff = Switch()
                after(at - uptime) { if !isOff.isSet, !run.isOver { ring() } }
                return { isOff.isSet = true }
            },
            steps: { [self] notify in
                lastNumber += 1
                let number = lastNumber
                listeners[number] = { if !run.isOver { notify() } }
                return { [self] in listeners[number] = nil }
            }
        )
    }
}

/// A switch that is set once.
final class Switch: @unchecked Sendable {
    var isSet = false
}

/// One run of replyd, from its start to its end; calls that still wait at its end are notified of it.
final class ProcessRun: @unchecked Sendable {
    private(set) var isOver = false
    private var waiting: [Int: () -> Void] = [:]
    private var lastNumber = 0

    /// Calls `atEnd` when the run ends, unless the returned function is called before. The returned function returns
    /// whether it was the first.
    func once(_ atEnd: @escaping () -> Void) -> () -> Bool {
        lastNumber += 1
        let number = lastNumber
        waiting[number] = atEnd
        return { [self] in waiting.removeValue(forKey: number) != nil }
    }

    func end() {
        isOver = true
        let all = waiting.sorted { $0.key < $1.key }.map(\.value)
        waiting = [:]
        for atEnd in all { atEnd() }
    }
}
