import GRDB
import GRDBSQLite
import Synchronization

/// The connections to one database, each with its statements.
final class SQLiteConnections: Sendable {
    /// A connection, which one thread at a time uses: GRDB sees to it.
    private struct Known: @unchecked Sendable {
        var connection: SQLiteConnection
        var handle: OpaquePointer
    }

    private let known = Mutex<[Known]>([])

    /// Adds a connection that GRDB has just opened as `db`.
    func add(_ db: Database) {
        guard let handle = db.sqliteConnection else { return }
        let new = Known(connection: SQLiteConnection(handle), handle: handle)
        known.withLock { known in
            known.removeAll { $0.handle == handle }
            known.append(new)
        }
    }

    /// Returns the connection that GRDB knows as `db`. There are no more than five.
    func connection(of db: Database) throws -> SQLiteConnection {
        let found = known.withLock { known in known.first { $0.handle == db.sqliteConnection } }
        guard let found else { throw StoreError.failed("the database is closed") }
        return found.connection
    }

    /// Finalizes the statements of all connections, which nobody may be using; they can be closed after that.
    func forgetStatements() {
        let all = known.withLock { $0 }
        for known in all { known.connection.forgetStatements() }
    }
}
