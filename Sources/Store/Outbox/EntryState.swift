import Foundation
import Responder

/// The state of an outbox entry.
public enum EntryState: String, Sendable, CaseIterable {
    /// It is to be sent, now or later.
    case waiting
    /// An attempt is in flight.
    case sending
    /// It is unknown whether it was sent; a person must decide.
    case held
    /// The provider accepted it.
    case sent
    /// The provider refused it for good, or replyd gave it up.
    case failed
    /// It is not to be sent any more.
    case dropped
    /// It would have been sent if it had not been a dry run.
    case dryRun = "dry-run"

    /// The condition for entries that are not over. It has the words of the index `outbox_open`; SQLite does not use
    /// the index for others.
    static let isOpen = "(state = 'waiting' OR state = 'sending' OR state = 'held')"
}

extension EntryState {
    /// Finds entries that are not over by their index; SQLite would prefer the order of numbers.
    static let open = "\(Dialect.hint("INDEXED BY outbox_open")) WHERE \(isOpen)"
    /// Finds entries that were given up by their index.
    static let givenUp = "\(Dialect.hint("INDEXED BY outbox_given_up")) WHERE state IN ('failed', 'dropped')"

    /// The condition for entries of this state; it uses an index if there is one.
    var condition: String {
        let own = "state = '\(rawValue)'"
        return switch self {
        case .waiting, .sending, .held: "\(Self.open) AND \(own)"
        case .failed, .dropped: "\(Self.givenUp) AND \(own)"
        case .sent, .dryRun: "WHERE \(own)"
        }
    }
}
