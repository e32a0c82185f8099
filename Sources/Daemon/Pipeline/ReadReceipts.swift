import Providers
import Responder
import ServiceLifecycle
import Store
import Synchronization

/// Marks answered messages as read, and shows that an answer is being typed while it is delayed, for accounts that ask for
/// it. Nothing waits for it, and what fails is left: the answer itself matters more.
final class ReadReceipts: Service {
    /// The number of messages that may be worked on or wait; beyond it the newest are left as they are.
    static let limit = 256
    /// The time after which typing is shown again: providers show it for 25 seconds.
    static let typingInterval = Duration.seconds(20)
    /// The longest time for which typing is shown: nobody types for an hour.
    static let longestTyping = Duration.minutes(3)

    private let accounts: [String: Configuration.Account]
    private let carrier: any Carrier
    private let clock: Clock
    private let inFlight = Atomic(0)
    private let stream: AsyncStream<Receipt>
    private let continuation: AsyncStream<Receipt>.Continuation

    private struct Receipt {
        var account: Configuration.Account
        var message: Message
        /// The moment at which the answer leaves.
        var due: Timestamp
    }

    /// Creates a sender of receipts; `nil` if no account asks for them.
    init?(accounts: [Configuration.Account], carrier: any Carrier, clock: Clock) {
        let asking = accounts.filter(\.marksRead)
        guard !asking.isEmpty else { return nil }
        self.accounts = Dictionary(uniqueKeysWithValues: asking.map { ($0.number, $0) })
        self.carrier = carrier
        self.clock = clock
        (stream, continuation) = AsyncStream.makeStream()
    }

    func record(_ event: DaemonEvent) {
        // What nobody answers stays unread for the person who looks.
        guard case .decided(let decided) = event, decided.decision.outcome != .silent,
            let account = accounts[decided.message.account],
            inFlight.load(ordering: .relaxed) < Self.limit
        else { return }
        inFlight.add(1, ordering: .relaxed)
        continuation.yield(
            Receipt(
                account: account, message: decided.message,
                due: decided.entries.first { $0.lane == .answers }?.due ?? decided.decidedAt))
    }

    func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await receipt in stream {
                    group.addTask {
                        await self.send(receipt)
                        self.inFlight.subtract(1, ordering: .relaxed)
                    }
                }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.continuation.finish()
        }
    }

    private func send(_ receipt: Receipt) async {
        let end = clock.now() + Self.longestTyping
        while true {
            let now = clock.now()
            let isTyping = receipt.due > now + .seconds(1) && now < end
            guard
                let request = SendRequest(
                    markingAsRead: receipt.message, showingTyping: isTyping, from: receipt.account.endpoint)
            else { return }
            _ = await carrier.carry(request, timeout: receipt.account.timeout)
            let next = clock.now() + Self.typingInterval
            guard isTyping, next < receipt.due, next < end else { return }
            guard (try? await clock.sleep(clock.uptime() + Self.typingInterval)) != nil else { return }
        }
    }
}
