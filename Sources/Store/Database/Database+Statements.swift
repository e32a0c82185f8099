import GRDB
import GRDBSQLite
import Responder

/// Statements of the hot path: each message runs about twenty of them while it holds the writer's thread. GRDB compiles
/// and keeps them. Its values, arrays and names for arguments and rows are bypassed, because they cost more than SQLite
/// itself.
extension Database {
    /// Runs a statement that returns nothing.
    func run<each Value: StatementBinding>(_ sql: String, _ values: repeat each Value) throws {
        try with(sql, repeat each values) { statement in
            while try step(statement) {}
        }
    }

    /// Reads the first row; `nil` if there is none.
    func first<Result, each Value: StatementBinding>(
        _ sql: String, _ values: repeat each Value, read: (Columns) throws -> Result
    ) throws -> Result? {
        try with(sql, repeat each values) { statement in
            try step(statement) ? try read(Columns(statement: statement)) : nil
        }
    }

    /// Whether the statement returns a row.
    func exists<each Value: StatementBinding>(_ sql: String, _ values: repeat each Value) throws -> Bool {
        try first(sql, repeat each values) { _ in true } ?? false
    }

    /// Reads all rows.
    func all<Result, each Value: StatementBinding>(
        _ sql: String, _ values: repeat each Value, read: (Columns) throws -> Result
    ) throws -> [Result] {
        try with(sql, repeat each values) { statement in
            var results: [Result] = []
            while try step(statement) { results.append(try read(Columns(statement: statement))) }
            return results
        }
    }

    /// Reads all rows, one by one.
    func forEach<each Value: StatementBinding>(
        _ sql: String, _ values: repeat each Value, read: (Columns) throws -> Void
    ) throws {
        try with(sql, repeat each values) { statement in
            while try step(statement) { try read(Columns(statement: statement)) }
        }
    }

    private func with<Result, each Value: StatementBinding>(
        _ sql: String, _ values: repeat each Value, body: (OpaquePointer) throws -> Result
    ) throws -> Result {
        let cached = try cachedStatement(sql: sql)
        let statement = cached.sqliteStatement
        // A statement that is not reset keeps its transaction open.
        defer { sqlite3_reset(statement) }
        var place: Int32 = 1
        for value in repeat each values {
            let code = value.bind(to: statement, at: place)
            guard code == SQLITE_OK else { throw failure(code) }
            place += 1
        }
        assert(place - 1 == sqlite3_bind_parameter_count(statement), "wrong number of values: \(sql)")
        return try withExtendedLifetime(cached) { try body(statement) }
    }

    /// Steps to the next row; returns whether there is one.
    private func step(_ statement: OpaquePointer) throws -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw failure(code)
        }
    }

    private func failure(_ code: Int32) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code),
            message: sqliteConnection.map { String(cString: sqlite3_errmsg($0)) })
    }
}

extension Database {
    /// Runs a statement that is compiled once and kept.
    func executeCached(sql: String, arguments: StatementArguments) throws {
        try cachedStatement(sql: sql).execute(arguments: arguments)
    }
}
