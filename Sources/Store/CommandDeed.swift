import GRDB

/// What a command beside the daemon has done. It is stored with the deed itself, until the daemon has it in its log.
public struct CommandDeed: Sendable, Hashable {
    /// What was done.
    public enum Kind: String, Sendable {
        case released, dropped, forgotten
    }

    /// What was done.
    public var kind: Kind
    /// The account it was about.
    public var account: String
    /// The number of the conversation.
    public var conversation: Int64
    /// The number of the outbox entry.
    public var entry: Int64?
    /// Who did it, where that is known.
    public var user: String?
}

/// A command beside the daemon.
public struct Command: Sendable {
    /// Who runs it, where that is known.
    public var user: String?

    /// A command that somebody runs.
    public init(user: String?) {
        self.user = user
    }
}

extension Store {
    static func note(
        _ kind: CommandDeed.Kind, by command: Command, conversation: Int64, account: String, entry: Int64? = nil,
        _ db: Database
    ) throws {
        try db.run(
            "INSERT INTO command_deed (kind, account, conversation, entry, user) VALUES (?, ?, ?, ?, ?)",
            kind.rawValue, account, conversation, entry, command.user)
    }

    static func note(_ kind: CommandDeed.Kind, by command: Command, entry: Int64, _ db: Database) throws {
        let owner = try db.first("SELECT conversation, account FROM outbox WHERE id = ?", entry) {
            ($0.integer(0), $0.text(1))
        }
        guard let owner else { return }
        try note(kind, by: command, conversation: owner.0, account: owner.1, entry: entry, db)
    }

    /// What commands have done since this was asked last, in order.
    public func takeCommandDeeds() async throws(StoreError) -> [CommandDeed] {
        let isThereAny = try await read { db in try db.exists("SELECT 1 FROM command_deed LIMIT 1") }
        guard isThereAny else { return [] }
        return try await write(for: .progress) { db in
            let deeds = try db.all("SELECT kind, account, conversation, entry, user FROM command_deed ORDER BY id") {
                row in
                CommandDeed.Kind(rawValue: row.text(0)).map {
                    CommandDeed(
                        kind: $0, account: row.text(1), conversation: row.integer(2), entry: row.integerOrNil(3),
                        user: row.textOrNil(4))
                }
            }
            try db.run("DELETE FROM command_deed")
            return deeds.compactMap(\.self)
        }
    }
}
