import Responder
import ServiceLifecycle
import Store
import Synchronization

/// What has changed lately, for pages that show it as it happens. Kept in memory, and only so much of it.
final class ChangeLog: Sendable {
    /// How many changes are kept.
    static let limit = 1024
    /// How long a watcher that has been woken waits for what follows: a flood must not become a flood of answers.
    static let debounce = Duration.milliseconds(200)

    struct Change: Sendable, Hashable {
        enum Kind: String, Sendable, CaseIterable {
            case message, entry, conversation, account, rules
        }

        var kind: Kind
        var conversation: Int64?
        var account: String?
    }

    private struct State {
        /// The number of the first one.
        let first: Int64
        /// The number of the change that comes next.
        var next: Int64
        /// The last ones, at `number % limit`.
        var changes: [Change] = []
        var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
        var ids = 0
    }

    private let state: Mutex<State>
    private let clock: Clock

    /// Numbers begin with the time of the start: those of an earlier run are smaller, and nobody takes one for another.
    init(clock: Clock) {
        self.clock = clock
        let first = max(clock.now().milliseconds, 1) * 1000
        state = Mutex(State(first: first, next: first))
    }

    /// The number of the change that comes next.
    var next: Int64 { state.withLock { $0.next } }

    func record(_ event: DaemonEvent) {
        switch event {
        case .decided(let decided):
            record(Change(kind: .message, conversation: decided.conversation, account: decided.message.account))
        case .attempted(let ended): record(ended.entry)
        case .settled(let settled): record(settled.entry)
        case .accountStopped(let stop): record(Change(kind: .account, account: stop.account))
        case .accountResumed(let account): record(Change(kind: .account, account: account))
        case .operatorAction(let action):
            guard let conversation = action.conversation else { return }
            let kind: Change.Kind = action.entry == nil ? .conversation : .entry
            record(Change(kind: kind, conversation: conversation, account: action.account))
        case .rulesLoaded, .rulesRefused: record(Change(kind: .rules))
        default: break
        }
    }

    private func record(_ entry: EntryReference) {
        record(Change(kind: .entry, conversation: entry.conversation, account: entry.account))
    }

    func record(_ change: Change) {
        let watchers = state.withLock { state in
            let index = Int(state.next % Int64(Self.limit))
            if state.changes.isEmpty {
                state.changes = Array(repeating: change, count: Self.limit)
            }
            state.changes[index] = change
            state.next += 1
            guard !state.watchers.isEmpty else { return [AsyncStream<Void>.Continuation]() }
            defer { state.watchers = [:] }
            return Array(state.watchers.values)
        }
        watchers.forEach { $0.finish() }
    }

    struct News: Sendable {
        /// What to ask for next.
        var next: Int64
        /// Whether some changes since then are no longer known: everything may be another.
        var isIncomplete: Bool
        /// Each once.
        var changes: [Change]
    }

    /// What has changed from the change `number` on; waits for something, but no longer than `limit`, and no longer than
    /// somebody is there to hear of it.
    func news(from number: Int64, waiting limit: Duration, disconnection: Disconnection? = nil) async -> News {
        guard limit > .zero else { return known(from: number) }
        let end = clock.uptime() + limit
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        let watcher: Int? = state.withLock { state in
            guard number == state.next else { return nil }
            state.ids += 1
            state.watchers[state.ids] = continuation
            return state.ids
        }
        guard let watcher else { return known(from: number) }
        let callOff = clock.alarm(end) { continuation.finish() }
        disconnection?.then { continuation.finish() }
        await withGracefulShutdownHandler {
            for await _ in stream {}
        } onGracefulShutdown: {
            continuation.finish()
        }
        callOff()
        disconnection?.then(nil)
        state.withLock { _ = $0.watchers.removeValue(forKey: watcher) }
        if clock.uptime() < end { try? await clock.sleep(clock.uptime() + Self.debounce) }
        return known(from: number)
    }

    private func known(from number: Int64) -> News {
        state.withLock { state in
            let oldest = max(state.first, state.next - Int64(Self.limit))
            guard (oldest...state.next).contains(number) else {
                return News(next: state.next, isIncomplete: true, changes: [])
            }
            var seen: Set<Change> = []
            let changes = (number..<state.next).compactMap { index -> Change? in
                let change = state.changes[Int(index % Int64(Self.limit))]
                return seen.insert(change).inserted ? change : nil
            }
            return News(next: state.next, isIncomplete: false, changes: changes)
        }
    }
}
