import Foundation
import GRDB
public import Responder

/// A place in the list of conversations: behind one of them.
public struct ConversationPlace: Sendable, Hashable, LosslessStringConvertible {
    /// The number of its latest message; 0 where none is kept.
    var latest: Int64
    /// Its own number.
    var conversation: Int64

    /// In front of all.
    static let start = ConversationPlace(latest: .max, conversation: .max)

    init(latest: Int64, conversation: Int64) {
        self.latest = latest
        self.conversation = conversation
    }

    /// Reads what ``description`` gave; nil for anything else.
    public init?(_ description: String) {
        let parts = description.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let latest = Int64(parts[0]), let conversation = Int64(parts[1]), latest >= 0,
            conversation >= 0
        else { return nil }
        self.init(latest: latest, conversation: conversation)
    }

    /// A text that means nothing to others.
    public var description: String { "\(latest).\(conversation)" }
}
