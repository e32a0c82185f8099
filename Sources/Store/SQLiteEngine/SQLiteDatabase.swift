import GRDB

/// An open file, and what must live as long as somebody uses it.
final class SQLiteDatabase: Sendable {
    let writer: any DatabaseWriter
    private let connections: SQLiteConnections
    /// The checkpointer, which is notified of each commit; `nil` if SQLite runs its own checkpoints.
    let checkpointer: Checkpointer?

    init(_ writer: any DatabaseWriter, _ connections: SQLiteConnections, checkpointer: Checkpointer? = nil) {
        self.writer = writer
        self.connections = connections
        self.checkpointer = checkpointer
    }

    deinit {
        // Nobody uses the connections any more. They are closed next, and whoever closes the last one puts all data into
        // the one file.
        connections.forgetStatements()
    }

    /// Returns the connection that GRDB knows as `db`.
    func connection(of db: Database) throws -> SQLiteConnection { try connections.connection(of: db) }

    /// Closes all connections. Nobody reads or writes meanwhile.
    func close() {
        try? writer.barrierWriteWithoutTransaction { _ in connections.forgetStatements() }
        try? writer.close()
        checkpointer?.close()
    }
}
