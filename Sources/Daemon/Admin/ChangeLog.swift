import Responder
import ServiceLifecycle
import Store
import Synchronization

/// The latest changes, for pages that show them as they happen. They are kept in memory, the last ``limit`` of them.
final class ChangeLog: Sendable {
    /// The number of changes that are kept.
    static let limit = 1024
    /// The time that a woken watcher waits for further changes: a flood of changes must not become a flood of answers.
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
        /// The number of the first change since the start.
        let first: Int64
        /// The number of the change that comes next.
        var next: Int64
        /// The last changes, each at the index `number % limit`.
        var changes: [Change] = []
        var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
        var ids = 0
    }

    private let state: Mutex<State>
    private let clock: Clock

    /// Creates an empty log. Its numbers begin with the time of the start, so that those of an earlier run are smaller
    /// and are not taken for numbers of this one.
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
        /// The number to ask for next.
        var next: Int64
        /// Whether some changes since the number asked for are no longer known. If so, anything may have changed.
        var isIncomplete: Bool
        /// The changes, each of them once.
        var changes: [Change]
    }

    /// Returns the changes from `number` on. If there is none yet, waits for one: no longer than `limit`, and only
    /// while the client is connected and replyd is not stopping.
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
