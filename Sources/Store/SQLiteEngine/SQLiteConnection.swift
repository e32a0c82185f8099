import Foundation
import GRDB
import GRDBSQLite

/// A connection to the SQLite database, with its compiled statements. Used by one thread at a time.
///
/// GRDB opens and closes it. Its statements, values, arrays and names for arguments and rows are bypassed, because they
/// cost more than SQLite itself: each message runs about twenty statements while it holds the writer's thread.
package final class SQLiteConnection {
    private struct Slot {
        var sql = ""
        var statement: OpaquePointer?
    }

    private let connection: OpaquePointer
    /// The statements by where their text is in memory. Most texts are constants, and for the same constant `==` compares
    /// no bytes; to hash a text of 300 bytes takes as long as many a statement.
    private let slots: UnsafeMutableBufferPointer<Slot>
    private var statements: [String: OpaquePointer] = [:]
    /// The statements that are used a second time before their first use has ended.
    private var nested: [OpaquePointer] = []
    /// The number of statements that are kept. There are about a hundred; the rest are texts with numbers in them.
    private static let limit = 256

    init(_ connection: OpaquePointer) {
        self.connection = connection
        slots = .allocate(capacity: Self.limit)
        slots.initialize(repeating: Slot())
    }

    deinit {
        forgetStatements()
        slots.deinitialize()
        slots.deallocate()
    }

    /// Finalizes all statements; the connection can't be closed before.
    func forgetStatements() {
        for index in slots.indices { slots[index] = Slot() }
        for statement in statements.values { sqlite3_finalize(statement) }
        statements = [:]
    }

    /// Calls `body` with a statement that has its values.
    func use<Result, each V: Bindable>(
        _ sql: String, _ values: repeat each V, body: (OpaquePointer) throws -> Result
    ) throws -> Result {
        let statement = try statement(sql)
        defer { release(statement) }
        assert(
            Self.count(repeat each values) == sqlite3_bind_parameter_count(statement), "wrong number of values: \(sql)")
        var place: Int32 = 1
        for value in repeat each values { try bind(value.value, to: statement, at: &place) }
        return try body(statement)
    }

    private static func count<each V>(_ values: repeat each V) -> Int32 {
        var count: Int32 = 0
        for _ in repeat each values { count += 1 }
        return count
    }

    /// Returns the compiled statement of a text; it must be released.
    private func statement(_ sql: String) throws -> OpaquePointer {
        let place = Self.place(of: sql)
        if let statement = slots[place].statement, slots[place].sql == sql, sqlite3_stmt_busy(statement) == 0 {
            return statement
        }
        if let statement = statements[sql] {
            // A statement that is being read must not begin anew.
            guard sqlite3_stmt_busy(statement) == 0 else {
                let statement = try compile(sql)
                nested.append(statement)
                return statement
            }
            slots[place] = Slot(sql: sql, statement: statement)
            return statement
        }
        if statements.count >= Self.limit { forgetIdleStatements() }
        let statement = try compile(sql)
        statements[sql] = statement
        slots[place] = Slot(sql: sql, statement: statement)
        return statement
    }

    private static func place(of sql: String) -> Int {
        sql.utf8.withContiguousStorageIfAvailable { bytes in
            (Int(bitPattern: bytes.baseAddress) >> 4 ^ bytes.count) & (limit - 1)
        } ?? 0
    }

    private func compile(_ sql: String) throws -> OpaquePointer {
        var statement: OpaquePointer?
        var text = Dialect.sqlite.spelling(of: sql)
        let code = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                var end: UnsafePointer<CChar>?
                let code = sqlite3_prepare_v3(
                    connection, characters.baseAddress, Int32(characters.count), UInt32(SQLITE_PREPARE_PERSISTENT),
                    &statement, &end)
                let rest = end.map { $0 - (characters.baseAddress ?? $0) } ?? characters.count
                assert(code != SQLITE_OK || rest == characters.count, "more than one statement: \(sql)")
                return code
            }
        }
        guard code == SQLITE_OK, let statement else { throw failure(code) }
        return statement
    }

    /// Finalizes the statements that nobody reads at this moment.
    private func forgetIdleStatements() {
        for index in slots.indices { slots[index] = Slot() }
        statements = statements.filter { _, statement in
            guard sqlite3_stmt_busy(statement) == 0 else { return true }
            sqlite3_finalize(statement)
            return false
        }
    }

    /// Ends the use of a statement. One that is not reset keeps its transaction open.
    private func release(_ statement: OpaquePointer) {
        sqlite3_reset(statement)
        guard !nested.isEmpty, let place = nested.lastIndex(of: statement) else { return }
        nested.remove(at: place)
        sqlite3_finalize(statement)
    }

    /// Steps to the next row; returns whether there is one.
    func step(_ statement: OpaquePointer) throws -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw failure(code)
        }
    }

    /// Runs a statement to its end.
    func end(_ statement: OpaquePointer) throws {
        while try step(statement) {}
    }

    /// The number of rows that the last statement has changed.
    var changesCount: Int { Int(sqlite3_changes(connection)) }

    /// The number of rows that all statements have changed.
    var allChangesCount: Int64 { sqlite3_total_changes64(connection) }

    /// The number of the row that was inserted last.
    var lastRowID: Int64 { sqlite3_last_insert_rowid(connection) }

    /// Whether a transaction is open.
    var isInTransaction: Bool { sqlite3_get_autocommit(connection) == 0 }

    private func failure(_ code: Int32) -> DatabaseError {
        DatabaseError(resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(connection)))
    }
}

// MARK: Values and columns

extension SQLiteConnection {
    /// Tells SQLite to copy a text: it is gone when the statement runs (sqlite.org/c3ref/c_static.html).
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// Gives a statement one of its values, and moves on to the place of the next one; the first place is 1.
    func bind(_ value: Value, to statement: OpaquePointer, at place: inout Int32) throws {
        let code =
            switch value {
            case .integer(let number): sqlite3_bind_int64(statement, place, number)
            case .text(let text): Self.bind(text, to: statement, at: place)
            case .bytes(let bytes):
                bytes.withUnsafeBytes {
                    sqlite3_bind_blob64(statement, place, $0.baseAddress, UInt64($0.count), Self.copied)
                }
            case .null: sqlite3_bind_null(statement, place)
            }
        guard code == SQLITE_OK else { throw failure(code) }
        place += 1
    }

    private static func bind(_ given: String, to statement: OpaquePointer, at place: Int32) -> Int32 {
        var text = given
        return text.withUTF8 { bytes in
            // A text without bytes has no address, and would be NULL.
            guard let start = bytes.baseAddress, !bytes.isEmpty else {
                return sqlite3_bind_text(statement, place, "", 0, nil)
            }
            guard memchr(start, 0, bytes.count) == nil else {
                return bind(given.withoutNUL, to: statement, at: place)
            }
            return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) { characters in
                sqlite3_bind_text64(
                    statement, place, characters, UInt64(bytes.count), copied, UInt8(SQLITE_UTF8))
            }
        }
    }

    // SQLite makes anything of anything: of NULL, a text, or no column at all a 0. Another engine does not.

    static func isNull(_ statement: OpaquePointer, _ index: Int32) -> Bool {
        assert(index >= 0 && index < sqlite3_data_count(statement), "no column \(index): \(text(of: statement))")
        return sqlite3_column_type(statement, index) == SQLITE_NULL
    }

    static func integer(_ statement: OpaquePointer, _ index: Int32) -> Int64 {
        assert(
            sqlite3_column_type(statement, index) == SQLITE_INTEGER,
            "column \(index) is no number: \(text(of: statement))")
        return sqlite3_column_int64(statement, index)
    }

    static func text(_ statement: OpaquePointer, _ index: Int32) -> String {
        assert(
            sqlite3_column_type(statement, index) == SQLITE_TEXT, "column \(index) is no text: \(text(of: statement))")
        guard let bytes = sqlite3_column_text(statement, index) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, index))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    private static func text(of statement: OpaquePointer) -> String { String(cString: sqlite3_sql(statement)) }
}
