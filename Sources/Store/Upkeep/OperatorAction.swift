public import Responder

/// An action of a person on the daemon or its database: by the console, by the API, or by a command beside the daemon.
public struct OperatorAction: Sendable, Hashable {
    /// The kind of an action, in a word that the log and the database share.
    public enum Kind: String, Sendable {
        /// The bot was paused or resumed in a conversation, an outbox entry was released or dropped, or a person was
        /// erased.
        case paused, resumed, released, dropped, forgotten
        /// A contact was opted out.
        case optedOut = "opted out"
        /// A contact was opted in again.
        case optedIn = "opted in"
        /// A person logged in.
        case loggedIn = "logged in"
    }

    /// The channel of an action.
    public enum Channel: String, Sendable {
        /// A request with the admin token.
        case token
        /// A browser that is logged in at the console.
        case console
        /// A command beside the daemon.
        case command
    }

    /// The kind of the action.
    public var kind: Kind
    /// The channel of the action.
    public var channel: Channel
    /// The account that the action concerned.
    public var account: String?
    /// The number of the conversation.
    public var conversation: Int64?
    /// The contact of the conversation.
    public var contact: String?
    /// The number of the outbox entry.
    public var entry: Int64?
    /// The person, if known.
    public var user: String?
    /// The end of the pause, if a conversation was paused.
    public var end: Timestamp?

    /// Creates an action of which only the kind and the channel are known yet.
    public init(_ kind: Kind, by channel: Channel) {
        self.kind = kind
        self.channel = channel
    }
}

/// A command that runs beside the daemon.
public struct Command: Sendable {
    /// The person who runs it, if known.
    public var user: String?

    /// Creates a command; `user` is `nil` if the person is not known.
    public init(user: String?) {
        self.user = user
    }
}

extension Store {
    /// Records the action of a command in the transaction that performs it; the daemon logs it later.
    static func record(
        _ kind: OperatorAction.Kind, by command: Command, conversation: Int64, account: String, entry: Int64? = nil,
        _ db: Connection
    ) throws {
        try db.run(
            "INSERT INTO operator_action (kind, account, conversation, entry, \"user\") VALUES (?, ?, ?, ?, ?)",
            kind.rawValue, account, conversation, entry, command.user)
    }

    static func record(_ kind: OperatorAction.Kind, by command: Command, entry: Int64, _ db: Connection) throws {
        let owner = try db.first("SELECT conversation, account FROM outbox WHERE id = ?", entry) {
            ($0.integer(0), $0.text(1))
        }
        guard let owner else { return }
        try record(kind, by: command, conversation: owner.0, account: owner.1, entry: entry, db)
    }

    /// Removes and returns the actions that commands have recorded since the last call, in order. The lanes that they may
    /// have changed are announced.
    ///
    /// - Throws: ``StoreError`` if the database can't be read or written to.
    public func takeOperatorActions() async throws(StoreError) -> [OperatorAction] {
        let isThereAny = try await read { db in try db.exists("SELECT 1 FROM operator_action LIMIT 1") }
        guard isThereAny else { return [] }
        let rerun = Rerun<[Taken]>.unless { db, taken in
            try !taken.isEmpty && !db.exists("SELECT 1 FROM operator_action WHERE id <= ?", taken.last?.id)
        }
        let taken = try await write(about: .nothing, for: .progress, rerun: rerun) { db in
            let rows = try db.all(Self.taking, read: Taken.init)
            let actions = rows.sorted { $0.id < $1.id }
            for action in actions.compactMap(\.action) {
                guard let conversation = action.conversation, let account = action.account else { continue }
                for kind in Outgoing.Lane.allCases {
                    try self.noteLane(Lane(conversation: conversation, kind: kind), account: account, db)
                }
                if action.kind == .released { self.changes.note(.released(account: account)) }
            }
            return actions
        }
        return taken.compactMap(\.action)
    }

    /// One statement: what a command adds between two would be lost.
    static let taking = """
        DELETE FROM operator_action RETURNING id, kind, account, conversation, entry, "user"
        """

    /// A row that was taken; its action is `nil` if this version does not know the kind.
    private struct Taken {
        var id: Int64
        var action: OperatorAction?

        /// Reads the columns that ``Store/taking`` returns.
        init(_ row: Columns) {
            id = row.integer(0)
            action = OperatorAction.Kind(rawValue: row.text(1)).map { OperatorAction($0, by: .command) }
            action?.account = row.text(2)
            action?.conversation = row.integer(3)
            action?.entry = row.integerOrNil(4)
            action?.user = row.textOrNil(5)
        }
    }
}
