import Foundation
import GRDB
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
            var arguments = filter.arguments
            arguments += ["before": before, "account": account, "limit": limit + 1]
            let rows = try Row.fetchCursor(db.cachedStatement(sql: Self.listedEntries(filter)), arguments: arguments)
            var entries: [ListedEntry] = []
            while let row = try rows.next() {
                guard entries.count < limit else { return (entries, entries.last?.id) }
                let entry = try ListedEntry(row: row, db)
                guard entries.isEmpty || fits(entry) else { return (entries, entries.last?.id) }
                entries.append(entry)
            }
            return (entries, nil)
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

    static func listedEntries(_ filter: EntryFilter) -> String {
        // Each part of the union uses an index, if there is one, and the order of the entries' numbers.
        let parts = filter.conditions.map { condition in
            """
            SELECT * FROM (SELECT id FROM outbox \(condition) AND id < :before
              AND (:account IS NULL OR account = :account) ORDER BY id DESC LIMIT :limit)
            """
        }
        return """
            SELECT o.*, c.address, d.rule, d.because, d.decided_at, m.body, m.caption, v.last_message_at, v.window_end,
              v.window_corrected_at, v.fallback_at AS latest_fallback_at, \(isOptedOut) AS is_opted_out,
              \(OutboxEntry.hasReplacedSibling) AS is_message_replaced, \(isAccountStopped) AS is_account_stopped
            FROM (\(parts.joined(separator: " UNION "))) e
            CROSS JOIN outbox o ON o.id = e.id
            JOIN contact c ON c.id = o.conversation JOIN conversation v ON v.id = o.conversation
            JOIN message m ON m.id = o.message
            JOIN decision d ON d.message = o.message
            ORDER BY e.id DESC LIMIT :limit
            """
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
        case .id: ["WHERE id = :id"]
        case .message: ["WHERE message = :message"]
        case .state(let state): [state.condition]
        case .needingAttention:
            [
                EntryState.held.condition,
                "\(EntryState.failed.condition) AND coalesce(released_at, created_at) > :since",
                """
                \(EntryState.open) AND state IN ('waiting', 'sending')
                AND account IN (SELECT number FROM stopped_account)
                """,
                "\(Self.stuckPosts) < :patience",
            ]
        }
    }

    fileprivate var arguments: StatementArguments {
        switch self {
        case .all, .state: [:]
        case .id(let id): ["id": id]
        case .message(let message): ["message": message]
        case .needingAttention(let now): ["since": now - Self.attention, "patience": now - Self.patience]
        }
    }
}
