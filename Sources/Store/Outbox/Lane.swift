public import Responder

/// A lane of one conversation: a queue in which entries wait one behind another, for example its answers.
public struct Lane: Sendable, Hashable, Comparable {
    /// The number of the conversation.
    public var conversation: Int64
    /// The kind of the lane.
    public var kind: Outgoing.Lane

    /// Creates the lane of a conversation.
    public init(conversation: Int64, kind: Outgoing.Lane) {
        self.conversation = conversation
        self.kind = kind
    }

    /// Reads `conversation` and `lane`; `index` is the index of the first one.
    init(_ row: Columns, from index: Int32) {
        self.init(
            conversation: row.integer(index), kind: Outgoing.Lane(rawValue: row.int(index + 1)) ?? .answers)
    }

    /// Orders lanes by conversation, then by kind.
    public static func < (left: Lane, right: Lane) -> Bool {
        (left.conversation, left.kind.rawValue) < (right.conversation, right.kind.rawValue)
    }
}

/// The entries that wait in a lane or are in flight, as the database knows them.
public struct LaneState: Sendable, Hashable {
    /// The lane.
    public var lane: Lane
    /// The number of the account that sends from it.
    public var account: String
    /// The entry whose turn it is; `nil` if the lane is empty.
    public var head: LaneHead?
    /// The number of entries, the head included.
    public var count: Int

    /// Creates the state of a lane.
    public init(lane: Lane, account: String, head: LaneHead?, count: Int) {
        self.lane = lane
        self.account = account
        self.head = head
        self.count = count
    }
}

/// The head of a lane: its smallest entry that waits or is in flight. No other entry of the lane is begun before it is
/// over.
public struct LaneHead: Sendable, Hashable {
    /// The number of the entry.
    public var entry: Int64
    /// The earliest moment of its next attempt.
    public var due: Timestamp
    /// The time for which an entry that has not been tried waits in all, from its decision or release to ``due``.
    public var delay: Duration
    /// Whether an attempt has failed, so that ``due`` is the end of a wait and not a moment of the clock on the wall.
    public var isRetry: Bool
    /// Whether an attempt is in flight.
    public var isInFlight: Bool
    /// Whether the provider refused the account when this entry was last sent. The fault may be the entry's.
    public var isSuspected: Bool

    /// Creates a head; by default that of an entry that has not been tried.
    public init(
        entry: Int64, due: Timestamp, delay: Duration = .zero, isRetry: Bool = false, isInFlight: Bool = false,
        isSuspected: Bool = false
    ) {
        self.entry = entry
        self.due = due
        self.delay = delay
        self.isRetry = isRetry
        self.isInFlight = isInFlight
        self.isSuspected = isSuspected
    }

    /// The columns that ``init(_:from:)`` reads from the table `outbox`.
    static let columns = """
        id, due_at, attempts > 0, state = 'sending', suspicion > 0,
          CASE WHEN attempts > 0 THEN 0
            ELSE due_at - coalesce(released_at, (SELECT decided_at FROM decision WHERE message = outbox.message)) END
        """

    init(_ row: Columns, from index: Int32) {
        self.init(
            entry: row.integer(index), due: row.time(index + 1), delay: .milliseconds(row.integer(index + 5)),
            isRetry: row.bool(index + 2),
            isInFlight: row.bool(index + 3), isSuspected: row.bool(index + 4))
    }
}

extension LaneState {
    /// Reads the state of a lane.
    init(_ lane: Lane, account: String, _ db: Connection) throws {
        let head = try db.first(Self.first, lane.conversation, lane.kind.rawValue) { LaneHead($0, from: 0) }
        let count = head == nil ? 0 : try db.first(Self.size, lane.conversation, lane.kind.rawValue) { $0.int(0) }
        self.init(lane: lane, account: account, head: head, count: count ?? 0)
    }

    static let first = "SELECT \(LaneHead.columns) FROM outbox \(condition) ORDER BY id LIMIT 1"
    static let size = "SELECT count(*) FROM outbox \(condition)"

    private static let condition = "\(EntryState.open) AND conversation = ? AND lane = ? AND state <> 'held'"

    /// Reads the lanes that are not empty, and calls `visit` with each.
    static func forEach(_ db: Connection, _ visit: (LaneState) -> Void) throws {
        var current: LaneState?
        try db.all(all) { row in
            let lane = Lane(row, from: 0)
            if current?.lane == lane {
                current?.count += 1
            } else {
                if let current { visit(current) }
                current = LaneState(lane: lane, account: row.text(2), head: LaneHead(row, from: 3), count: 1)
            }
        }
        if let current { visit(current) }
    }

    static let all = """
        SELECT conversation, lane, account, \(LaneHead.columns) FROM outbox \(EntryState.open) AND state <> 'held'
        ORDER BY conversation, lane, id
        """
}
