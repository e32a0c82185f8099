import JSONText
import Providers
import Responder
import ServiceLifecycle
import Synchronization

/// Posts alerts to the link of the configuration, one after another. Nothing else waits for it.
final class AlertSender: Service {
    /// The time for which an alert is tried; after that its content is stale.
    static let lifetime = Duration.hours(1)
    /// The number of alerts that may wait; beyond it the oldest is given up.
    static let limit = 64
    private static let pauses = (first: Duration.seconds(2), longest: Duration.seconds(60))

    private let link: Secret
    private let carrier: any Carrier
    private let clock: Clock
    private let report: @Sendable (DaemonEvent) -> Void
    private let policy = Mutex(AlertPolicy())
    private let signal = WakeSignal()

    /// Creates a sender of alerts.
    ///
    /// - Parameter report: Notified of the outcome of each alert.
    init(
        link: Secret, carrier: any Carrier, clock: Clock, report: @escaping @Sendable (DaemonEvent) -> Void
    ) {
        self.link = link
        self.carrier = carrier
        self.clock = clock
        self.report = report
    }

    func record(_ event: DaemonEvent) {
        let now = clock.uptime()
        let isNews = policy.withLock { policy in
            let before = policy.wake
            policy.record(event, at: now)
            return policy.wake != before
        }
        if isNews { signal.send() }
    }

    private struct Waiting {
        var json: String
        var end: Duration
        var pause: Duration
        var due: Duration
    }

    func run() async throws {
        var waiting: [Waiting] = []
        await withGracefulShutdownHandler {
            var signals = signal.signals.makeAsyncIterator()
            while !Task.isShuttingDownGracefully {
                let now = clock.uptime()
                for alert in policy.withLock({ $0.next(at: now) }) {
                    let json = alert.json(at: clock.now())
                    waiting.append(
                        Waiting(
                            json: json.encodedText, end: now + Self.lifetime,
                            pause: Self.pauses.first, due: now))
                }
                while waiting.count > Self.limit {
                    waiting.removeFirst()
                    report(.alertFailed(because: "too many alerts wait", isGivenUp: true))
                }
                if let first = waiting.first, first.due <= now {
                    if await send(first) { waiting.removeFirst() } else { postpone(&waiting) }
                    continue
                }
                let wakes = [policy.withLock { $0.wake }, waiting.first?.due].compactMap(\.self)
                let callOff = wakes.min().map { clock.alarm($0) { [signal] in signal.send() } }
                let isOver = await signals.next() == nil
                callOff?()
                if isOver { break }
            }
        } onGracefulShutdown: {
            self.signal.finish()
        }
    }

    private func send(_ one: Waiting) async -> Bool {
        let outcome = await carrier.post(one.json, to: link.reveal())
        guard let refusal = outcome.refusal else {
            report(.alertDelivered)
            return true
        }
        var isGivenUp = clock.uptime() >= one.end
        if case .permanent = outcome { isGivenUp = true }
        report(.alertFailed(because: refusal.text, isGivenUp: isGivenUp))
        return isGivenUp
    }

    private func postpone(_ waiting: inout [Waiting]) {
        waiting[0].due = clock.uptime() + waiting[0].pause
        waiting[0].pause = min(waiting[0].pause * 2, Self.pauses.longest)
    }
}
