public import Responder

/// A filter for the entries that are listed.
public enum EntryFilter: Sendable {
    /// The entries that need a person's attention: held, of stopped accounts, failed within a week, or posts that have
    /// been tried in vain for a while.
    case needingAttention(at: Timestamp)
    /// The entries in one state.
    case state(EntryState)
    /// All entries.
    case all
    /// The entry with this number.
    case id(Int64)
    /// The entries that answer one message.
    case message(Int64)

    /// The time for which an entry that was given up needs attention.
    public static let attention = Duration.days(7)
    /// The time for which a post may be tried in vain before it needs attention.
    public static let patience = Duration.hours(1)
}

extension Store {
    /// Lists outbox entries, the latest first.
    ///
    /// - Parameters:
    ///   - filter: The entries to list.
    ///   - account: The account whose entries are listed; `nil` for all accounts.
    ///   - before: The number below which entries are listed.
    ///   - limit: The largest number of entries.
    ///   - fits: Whether the page budget allows another entry; called for each one but the first.
    /// - Returns: The entries, and the `before` of the next page; `nil` if there is none.
    /// - Throws: ``StoreError`` if the database can't be read.
    public func entryPage(
        _ filter: EntryFilter, account: String? = nil, before: Int64 = .max, limit: Int,
        fits: @escaping @Sendable (ListedEntry) -> Bool = { _ in true }
    ) async throws(StoreError) -> (entries: [ListedEntry], next: Int64?) {
        try await read { db in
            let numbers = try Self.numbers(filter, account: account, before: before, limit: limit + 1, db)
            let page = try NumberedPage(of: numbers, limit: limit, fits: fits) { try self.listedEntry($0, db) }
            return (page.elements, page.next)
        }
    }

    /// Lists outbox entries as ``entryPage(_:account:before:limit:fits:)`` does, but without a page budget.
    ///
    /// - Throws: ``StoreError`` if the database can't be read.
    public func entries(
        _ filter: EntryFilter, account: String? = nil, before: Int64 = .max, limit: Int = 100
    ) async throws(StoreError) -> [ListedEntry] {
        try await entryPage(filter, account: account, before: before, limit: limit).entries
    }

    /// Returns the numbers of entries, the largest first.
    static func numbers(
        _ filter: EntryFilter, account: String?, before: Int64, limit: Int, _ db: Connection
    ) throws -> [Int64] {
        let sql = listedNumbers(filter)
        func number(_ row: Columns) -> Int64 { row.integer(0) }
        return switch filter {
        case .all, .state: try db.all(sql, before, account, limit, read: number)
        case .id(let id): try db.all(sql, before, account, limit, id, read: number)
        case .message(let message): try db.all(sql, before, account, limit, message, read: number)
        case .needingAttention(let now):
            try db.all(
                sql, before, account, limit, now - EntryFilter.attention, now - EntryFilter.patience, read: number)
        }
    }

    static func listedNumbers(_ filter: EntryFilter) -> String {
        // Each part of the union uses an index, if there is one, and the order of the entries' numbers.
        let parts = filter.conditions.map { condition in
            """
            SELECT part.id FROM (SELECT id FROM outbox \(condition) AND id < ?1 AND (?2 IS NULL OR account = ?2)
              ORDER BY id DESC LIMIT ?3) part
            """
        }
        return "SELECT found.id FROM (\(parts.joined(separator: " UNION "))) found ORDER BY found.id DESC LIMIT ?3"
    }
}

extension EntryFilter {
    /// The condition for posts that have failed and are tried again; ends with the moment from which they were tried.
    static let stuckPosts = """
        \(EntryState.open) AND lane = \(Outgoing.Lane.posts.rawValue) AND state <> 'held' AND attempts > 0
        AND coalesce(released_at, created_at)
        """

    /// The conditions of which an entry must meet one.
    fileprivate var conditions: [String] {
        switch self {
        case .all: ["WHERE TRUE"]
        case .id: ["WHERE id = ?4"]
        case .message: ["WHERE message = ?4"]
        case .state(let state): [state.condition]
        case .needingAttention:
            [
                EntryState.held.condition,
                "\(EntryState.failed.condition) AND coalesce(released_at, created_at) > ?4",
                """
                \(EntryState.open) AND state IN ('waiting', 'sending')
                AND account IN (SELECT number FROM stopped_account)
                """,
                "\(Self.stuckPosts) < ?5",
            ]
        }
    }
}
