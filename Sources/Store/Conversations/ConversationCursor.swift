import Foundation
import Responder

/// A position in the list of conversations: directly after one of them.
public struct ConversationCursor: Sendable, Hashable, LosslessStringConvertible {
    /// The number of the conversation's latest message; 0 if none is stored.
    var latest: Int64
    /// The number of the conversation.
    var conversation: Int64

    /// The position before all conversations.
    static let start = ConversationCursor(latest: .max, conversation: .max)

    init(latest: Int64, conversation: Int64) {
        self.latest = latest
        self.conversation = conversation
    }

    /// Reads a text that ``description`` returned; `nil` for anything else.
    public init?(_ description: String) {
        let parts = description.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let latest = Int64(parts[0]), let conversation = Int64(parts[1]), latest >= 0,
            conversation >= 0
        else { return nil }
        self.init(latest: latest, conversation: conversation)
    }

    /// An opaque text from which the position can be read again.
    public var description: String { "\(latest).\(conversation)" }
}
