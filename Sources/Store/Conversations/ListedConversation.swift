import Foundation
import GRDB
public import Responder

/// A conversation, for people.
public struct ListedConversation: Sendable {
    /// Its number.
    public var id: Int64
    /// The account's number.
    public var account: String
    /// Who writes.
    public var contact: Contact
    /// What is known of it now.
    public var conversation: Conversation
    /// What the contact wrote last; nil where it has been deleted since.
    public var latest: ListedMessage?
}

/// A message with what came of it, for people.
public struct ListedMessage: Sendable {
    /// Its number; grows with arrival.
    public var id: Int64
    /// The number of its conversation.
    public var conversation: Int64
    /// The message.
    public var message: Message
    /// When it arrived.
    public var receivedAt: Timestamp
    /// What it led to; nil while it waits for that.
    public var decision: StoredDecision?
    /// What was to be sent, in order.
    public var entries: [ListedEntry] = []
}
