public import Responder

/// An outbox entry by its number, with the data that the sender needs to queue it.
public struct EntryReference: Sendable, Hashable {
    /// The entry's number; grows in the order of decisions.
    public var id: Int64
    /// The number of the conversation; its entries are sent one after another in each lane.
    public var conversation: Int64
    /// The number of the account that sends it.
    public var account: String
    /// The earliest moment of sending.
    public var due: Timestamp
    /// The lane in which it waits within its conversation.
    public var lane: Outgoing.Lane

    /// Creates a reference; by default in the lane of answers.
    public init(id: Int64, conversation: Int64, account: String, due: Timestamp, lane: Outgoing.Lane = .answers) {
        self.id = id
        self.conversation = conversation
        self.account = account
        self.due = due
        self.lane = lane
    }
}
