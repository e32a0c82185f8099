import Foundation
public import Responder

/// A conversation, for people.
public struct ListedConversation: Sendable {
    /// The number of the conversation.
    public var id: Int64
    /// The number of the account.
    public var account: String
    /// The contact who writes.
    public var contact: Contact
    /// The present state of the conversation.
    public var conversation: Conversation
    /// The contact's latest message; `nil` if it has been deleted since.
    public var latest: ListedMessage?
}

/// A message with its decision and entries, for people.
public struct ListedMessage: Sendable {
    /// The number of the message; grows with arrival.
    public var id: Int64
    /// The number of its conversation.
    public var conversation: Int64
    /// The message.
    public var message: Message
    /// The moment of arrival.
    public var receivedAt: Timestamp
    /// The decision about the message; `nil` while it waits for one.
    public var decision: StoredDecision?
    /// The outbox entries of the decision, in order.
    public var entries: [ListedEntry] = []
}
