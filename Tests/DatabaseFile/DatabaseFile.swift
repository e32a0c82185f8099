import GRDBSQLite

/// A file of SQLite, looked at and changed from outside: by nothing that replyd itself uses but SQLite.
///
/// Used by one thread at a time.
public final class DatabaseFile: @unchecked Sendable {
    /// An error of SQLite, in its words.
    public struct Failure: Error, CustomStringConvertible {
        public var description: String
    }

    private let connection: OpaquePointer

    /// Opens a file, and creates it unless it is only to be read. A lock is waited for at most `patience` seconds.
    public init(_ path: String, isReadOnly: Bool = false, patience: Int32 = 10) throws {
        var opened: OpaquePointer?
        let flags = isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        let code = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_FULLMUTEX, nil)
        guard code == SQLITE_OK, let opened else {
            defer { sqlite3_close_v2(opened) }
            throw Failure(description: "\(path): \(String(cString: sqlite3_errstr(code)))")
        }
        connection = opened
        sqlite3_busy_timeout(connection, patience * 1000)
    }

    deinit {
        sqlite3_close_v2(connection)
    }

    /// Runs a statement.
    public func execute(_ sql: String, _ values: String...) throws {
        try step(sql, values) { _ in }
    }

    /// Returns all columns of all rows; an empty text for NULL.
    public func rows(_ sql: String, _ values: String...) throws -> [[String]] {
        var rows: [[String]] = []
        try step(sql, values) { rows.append($0) }
        return rows
    }

    /// Returns the first column of all rows; an empty text for NULL.
    public func texts(_ sql: String) throws -> [String] { try rows(sql).compactMap(\.first) }

    private func step(_ sql: String, _ values: [String], _ read: ([String]) -> Void) throws {
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        try check(sqlite3_prepare_v2(connection, sql, -1, &statement, nil))
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        for (place, value) in values.enumerated() {
            try check(sqlite3_bind_text(statement, Int32(place + 1), value, -1, copied))
        }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                read(
                    (0..<sqlite3_column_count(statement)).map { column in
                        sqlite3_column_text(statement, column).map { String(cString: $0) } ?? ""
                    })
            case SQLITE_DONE: return
            case let code: try check(code)
            }
        }
    }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw Failure(description: String(cString: sqlite3_errmsg(connection))) }
    }
}
