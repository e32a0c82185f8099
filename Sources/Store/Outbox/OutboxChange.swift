import Responder
import Synchronization

/// A change to the outbox that the sender has to know of.
public enum OutboxChange: Sendable {
    /// A new entry waits at the end of its lane.
    case added(EntryReference)
    /// A lane has changed in another way, or may have.
    case lane(LaneState)
    /// An entry is over without an attempt.
    case settled(EntryReference, EntryState, EntryReason?)
    /// A person has released an entry of the account: if the account is stopped, it is to be tried at once.
    case released(account: String)
}

/// The changes of the steps that a transaction holds. The writer announces them once the transaction is on disk, in the
/// order of commits, so nobody else has to tell the sender what the database says.
final class OutboxChanges: Sendable {
    private struct State {
        var pending: [OutboxChange] = []
        /// Those of a transaction of which nobody knows whether it was committed.
        var aside: [OutboxChange] = []
        var listener: (@Sendable ([OutboxChange]) -> Void)?
    }

    private let state = Mutex(State())

    /// Sets the closure that is called with the changes of each transaction, on the writer's thread.
    func listen(_ listener: @escaping @Sendable ([OutboxChange]) -> Void) {
        state.withLock { $0.listener = listener }
    }

    /// Whether anybody listens: otherwise no change is looked for.
    var isHeard: Bool { state.withLock { $0.listener != nil } }

    /// Notes a change of the transaction that is open.
    func note(_ change: OutboxChange) {
        state.withLock { if $0.listener != nil { $0.pending.append(change) } }
    }

    /// Forgets the changes of a transaction that was rolled back, and all that was put aside.
    func forget() {
        state.withLock { ($0.pending, $0.aside) = ([], []) }
    }

    /// Announces the changes of the transaction that has been committed.
    func announce() {
        let (changes, listener) = state.withLock { state in
            defer { (state.pending, state.aside) = ([], []) }
            return (state.pending, state.listener)
        }
        if !changes.isEmpty { listener?(changes) }
    }

    // MARK: Transactions in doubt

    /// Forgets the changes of a transaction that was rolled back, but nothing that was put aside.
    func rollBack() {
        state.withLock { $0.pending = [] }
    }

    /// Puts the changes of a transaction aside, until it is known whether it was committed.
    func putAside() {
        state.withLock { state in
            state.aside += state.pending
            state.pending = []
        }
    }

    /// Forgets what was put aside: the transaction was not committed.
    func dropAside() {
        state.withLock { $0.aside = [] }
    }

    /// Notes the changes that were put aside as far as they are true: their transaction was committed, or its step has
    /// been run again. Lanes are looked at anew, since others may have changed them in between.
    func restore(_ db: Connection) throws {
        let aside = state.withLock { $0.aside }
        for change in aside {
            switch change {
            case .added(let entry):
                let lane = Lane(conversation: entry.conversation, kind: entry.lane)
                note(.lane(try LaneState(lane, account: entry.account, db)))
            case .lane(let lane): note(.lane(try LaneState(lane.lane, account: lane.account, db)))
            case .settled(let entry, let state, _):
                if !isNoted(entry), try db.exists(Store.entryInState, entry.id, state.rawValue) { note(change) }
            case .released: note(change)
            }
        }
    }

    private func isNoted(_ settled: EntryReference) -> Bool {
        state.withLock { state in
            state.pending.contains { if case .settled(settled, _, _) = $0 { true } else { false } }
        }
    }
}
