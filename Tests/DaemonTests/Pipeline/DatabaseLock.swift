import DatabaseFile

/// Locks a database as another program would: every other writer waits.
final class DatabaseLock: Sendable {
    private let file: DatabaseFile

    init(path: String) throws {
        file = try DatabaseFile(path)
        try file.execute("BEGIN IMMEDIATE")
    }

    func release() throws { try file.execute("ROLLBACK") }
}
