public import Responder

/// An outbox entry with its attempts, for people.
public struct ListedEntry: Sendable {
    /// One attempt to send it.
    public struct Attempt: Sendable {
        /// The number of the attempt, counted from 1.
        public var number: Int
        /// The kind of content that was sent.
        public var kind: SendContent.Kind
        /// The moment at which the attempt left.
        public var startedAt: Timestamp
        /// The outcome; `nil` while the attempt is in flight.
        public var outcome: AttemptOutcome.Kind?
        /// The outcome in words; `nil` if there are none.
        public var detail: String?
        /// The progress of delivery: 1 sent, 2 delivered, 3 read, 0 failed; `nil` if nothing has been reported.
        public var delivery: Int?
    }

    /// The number of the entry.
    public var id: Int64
    /// The account that sends it.
    public var account: String
    /// The number of its conversation.
    public var conversation: Int64
    /// The number of the message it answers.
    public var messageID: Int64
    /// The address of the contact.
    public var contact: String
    /// The state of the entry.
    public var state: EntryState
    /// The reason for the state; `nil` if there is none.
    public var reason: EntryReason?
    /// The reason in a sentence, if there is one.
    public var detail: String?
    /// The content to send.
    public var outgoing: Outgoing
    /// The moment at which it was decided.
    public var decidedAt: Timestamp
    /// The moment at which a person last released it; `nil` if nobody did.
    public var releasedAt: Timestamp?
    /// The moment of the next attempt, while it waits.
    public var dueAt: Timestamp
    /// The rule that decided it.
    public var rule: String?
    /// The reason of the decision, in a sentence.
    public var because: String
    /// The caption or, without one, the body of the message that it answers.
    public var message: String
    /// The attempts so far.
    public var attempts: [Attempt]
    /// What decides whether it can be released.
    var releasable: Releasable

    /// Whether the fallback has replaced the text for good: it was sent, or at least tried.
    public var isReplaced: Bool { releasable.entry.fallbackAt != nil && outgoing.fallback != nil }

    /// The content that is sent: the fallback once it has replaced the text.
    public var content: SendContent {
        guard isReplaced, let fallback = outgoing.fallback else { return outgoing.body }
        return .message(.template(fallback))
    }

    /// Whether the contact was erased, with what the entry said.
    public var isForgotten: Bool { outgoing == .forgotten }

    /// Returns the reason for which it can't be released; `nil` if it can.
    public func releaseRefusal(at now: Timestamp) -> ReleaseRefusal? { releasable.refusal(at: now) }
}

extension Store {
    /// Reads an entry with its attempts; `nil` if there is none with that number.
    func listedEntry(_ id: Int64, _ db: Connection) throws -> ListedEntry? {
        guard var entry = try db.first(ListedEntry.one, id, read: { ListedEntry($0, self) }) else { return nil }
        entry.attempts = try db.all(ListedEntry.attempts, id, read: ListedEntry.Attempt.init)
        return entry
    }
}

extension ListedEntry {
    static let one = """
        SELECT \(Window.columns), v.memory,
          o.id, o.account, o.conversation, o.message, o.state, o.reason, o.detail, o.released_at, o.due_at,
          c.address, d.decided_at, d.rule, d.because, coalesce(m.caption, m.body), \(Store.isAccountStopped),
          \(OutboxEntry.columns)
        FROM outbox o JOIN contact c ON c.id = o.conversation JOIN conversation v ON v.id = o.conversation
        JOIN message m ON m.id = o.message JOIN decision d ON d.message = o.message WHERE o.id = ?
        """

    /// Reads the columns that ``one`` selects.
    fileprivate init(_ row: Columns, _ store: Store) {
        let window = Window(row)
        // Not from the cache, which is for what is sent now.
        let stored = try? StoredJSON.decode(Outgoing.self, from: row.text(19))
        let entry = OutboxEntry(row, from: 19, outgoing: stored ?? .unreadable)
        id = row.integer(4)
        account = row.text(5)
        conversation = row.integer(6)
        messageID = row.integer(7)
        state = EntryState(rawValue: row.text(8)) ?? .failed
        reason = row.textOrNil(9).flatMap(EntryReason.init)
        detail = row.textOrNil(10)
        releasedAt = row.timeOrNil(11)
        dueAt = row.time(12)
        contact = row.text(13)
        decidedAt = row.time(14)
        rule = row.textOrNil(15)
        because = row.text(16)
        message = row.text(17)
        outgoing = entry.outgoing
        attempts = []
        releasable = Releasable(
            state: state, isAccountStopped: row.bool(18),
            isOptedOut: store.memory(row.text(3), of: row.integer(6)).isOptedOut, window: window, entry: entry)
    }
}

extension ListedEntry.Attempt {
    init(_ row: Columns) {
        number = row.int(0)
        kind = SendContent.Kind(rawValue: row.text(1)) ?? .text
        startedAt = row.time(2)
        outcome = row.textOrNil(3).flatMap(AttemptOutcome.Kind.init)
        detail = row.textOrNil(4)
        delivery = row.intOrNil(5)
    }
}

extension ListedEntry {
    static let attempts = """
        SELECT number, kind, started_at, outcome, detail, delivery FROM attempt WHERE entry = ? ORDER BY number
        """
}
