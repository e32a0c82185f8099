/// The number of outbox entries in each state.
public struct OutboxCounts: Sendable {
    /// The states that are counted. In the others there are as many entries as there were messages.
    public static let counted: [EntryState] = [.waiting, .sending, .held, .failed, .dropped]

    /// The number of entries, by state.
    public var entries: [EntryState: Int] = [:]

    /// Creates counts; without arguments, of no entries.
    public init(entries: [EntryState: Int] = [:]) {
        self.entries = entries
    }
}

extension Store {
    /// Counts the entries that are not over, or were given up, by indexes that hold no others.
    ///
    /// - Throws: ``StoreError`` if the database can't be read.
    public func outboxCounts() async throws(StoreError) -> OutboxCounts {
        try await read { db in
            var figures = OutboxCounts()
            for state in OutboxCounts.counted {
                figures.entries[state] = try db.first("SELECT count(*) FROM outbox \(state.condition)") { $0.int(0) }
            }
            return figures
        }
    }
}
