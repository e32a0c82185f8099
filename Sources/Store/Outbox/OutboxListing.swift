import Foundation
import GRDB
public import Responder

/// Which entries are listed.
public enum EntryFilter: Sendable {
    /// Those that a person should look at: held, of stopped accounts, given up within a week.
    case needingAttention(at: Timestamp)
    /// Those of one state.
    case state(EntryState)
    case all
    case id(Int64)
    /// Those that answer one message.
    case message(Int64)

    /// How long an entry that was given up is worth a look.
    public static let attention = Duration.days(7)
}

extension Store {
    /// Lists outbox entries, the latest first.
    ///
    /// - Parameters:
    ///   - filter: Which.
    ///   - account: Of that account alone; nil for all.
    ///   - before: Only entries with smaller numbers.
    ///   - limit: How many at most.
    ///   - hasRoom: Whether the page takes another one; asked for each but the first.
    /// - Returns: The entries, and before which the next page goes on; nil where there is none.
    public func entryPage(
        _ filter: EntryFilter, account: String? = nil, before: Int64 = .max, limit: Int,
        hasRoom: @escaping @Sendable (ListedEntry) -> Bool = { _ in true }
    ) async throws(StoreError) -> (entries: [ListedEntry], next: Int64?) {
        try await read { db in
            var arguments = filter.arguments
            arguments += ["before": before, "account": account, "limit": limit + 1]
            let rows = try Row.fetchCursor(db.cachedStatement(sql: Self.listedEntries(filter)), arguments: arguments)
            var entries: [ListedEntry] = []
            while let row = try rows.next() {
                guard entries.count < limit else { return (entries, entries.last?.id) }
                let entry = try ListedEntry(row: row, db)
                guard entries.isEmpty || hasRoom(entry) else { return (entries, entries.last?.id) }
                entries.append(entry)
            }
            return (entries, nil)
        }
    }

    /// Lists outbox entries as ``entryPage(_:account:before:limit:hasRoom:)`` does, without bound in bytes.
    public func entries(
        _ filter: EntryFilter, account: String? = nil, before: Int64 = .max, limit: Int = 100
    ) async throws(StoreError) -> [ListedEntry] {
        try await entryPage(filter, account: account, before: before, limit: limit).entries
    }

    static func listedEntries(_ filter: EntryFilter) -> String {
        // Each part is served by an index, where it has one, and by entries' numbers.
        let parts = filter.conditions.map { condition in
            """
            SELECT * FROM (SELECT id FROM outbox \(condition) AND id < :before
              AND (:account IS NULL OR account = :account) ORDER BY id DESC LIMIT :limit)
            """
        }
        return """
            SELECT o.*, c.address, d.rule, d.because, m.body, m.caption
            FROM (\(parts.joined(separator: " UNION "))) e
            CROSS JOIN outbox o ON o.id = e.id
            JOIN contact c ON c.id = o.conversation JOIN message m ON m.id = o.message
            JOIN decision d ON d.message = o.message
            ORDER BY e.id DESC LIMIT :limit
            """
    }
}

extension EntryFilter {
    /// Of which one must hold.
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
            ]
        }
    }

    fileprivate var arguments: StatementArguments {
        switch self {
        case .all, .state: [:]
        case .id(let id): ["id": id]
        case .message(let message): ["message": message]
        case .needingAttention(let now): ["since": now - Self.attention]
        }
    }
}
