import GRDB

/// How much of what there is in the database.
public struct OutboxCounts: Sendable {
    /// The states of entries that are counted; of others there are as many as there were messages.
    public static let counted: [EntryState] = [.waiting, .sending, .held, .failed, .dropped]

    /// By state.
    public var entries: [EntryState: Int] = [:]

    /// Figures of nothing, but for what is given.
    public init(entries: [EntryState: Int] = [:]) {
        self.entries = entries
    }
}

extension Store {
    /// Counts what is not over, or was given up: by indexes that hold nothing else.
    public func outboxCounts() async throws(StoreError) -> OutboxCounts {
        try await read { db in
            var figures = OutboxCounts()
            for state in OutboxCounts.counted {
                figures.entries[state] = try Int.fetchOne(
                    db.cachedStatement(sql: "SELECT count(*) FROM outbox \(state.condition)"))
            }
            return figures
        }
    }
}
