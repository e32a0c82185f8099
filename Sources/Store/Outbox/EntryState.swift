import Foundation
import GRDB
public import Responder

/// Where an outbox entry stands.
public enum EntryState: String, Sendable, CaseIterable {
    /// To be sent, now or after a while.
    case waiting
    /// An attempt is under way.
    case sending
    /// Nobody knows whether it was sent; a person must say.
    case held
    /// The provider accepted it.
    case sent
    /// Refused for good, or given up.
    case failed
    /// Not to be sent any more.
    case dropped
    /// Would have been sent, had it not been a dry run.
    case dryRun = "dry-run"

    /// Holds for entries that are not over; in the words of the index `outbox_open`, without which it is not used.
    static let isOpen = "(state = 'waiting' OR state = 'sending' OR state = 'held')"
}

extension EntryState {
    /// Finds what is not over by its index, which SQLite would leave for the order of numbers.
    static let open = "INDEXED BY outbox_open WHERE \(isOpen)"
    /// Finds what was given up by its index.
    static let givenUp = "INDEXED BY outbox_given_up WHERE state IN ('failed', 'dropped')"

    /// Finds entries of this state, by an index where there is one.
    var condition: String {
        let own = "state = '\(rawValue)'"
        return switch self {
        case .waiting, .sending, .held: "\(Self.open) AND \(own)"
        case .failed, .dropped: "\(Self.givenUp) AND \(own)"
        case .sent, .dryRun: "WHERE \(own)"
        }
    }
}
