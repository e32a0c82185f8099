/// A transaction's view of the database: six calls, the same for every engine.
///
/// This is the one way to write a statement: a text that both SQLite and PostgreSQL take (``Dialect`` has the words for
/// what only one of them needs), values by position for its `?`, and columns by position for what it returns.
///
/// ```swift
/// let due = try db.first("SELECT state, due_at FROM outbox WHERE id = ?", entry) { ($0.text(0), $0.timeOrNil(1)) }
/// try db.run("UPDATE outbox SET due_at = ? WHERE id = ? AND state = 'waiting'", now, entry)
/// ```
///
/// Each throws the engine's error, which the end of the step or read makes a ``StoreError``. What only a mistake in the code
/// can cause traps in debug builds: a wrong number of values, a column of another type, a second statement in the text.
///
/// A list of columns that is read in several places, or is longer than a line, is a constant beside the type that reads
/// it, such as ``OutboxEntry``.
package struct Connection {
    enum Kind {
        case sqlite(SQLiteConnection)
    }

    let kind: Kind

    /// Runs a statement whose result nobody needs.
    ///
    /// An engine behind a network may send it together with the next statement that is waited for, so an error may come
    /// from there, but never later than the end of the step.
    package func run<each V: Bindable>(_ sql: String, _ values: repeat each V) throws {
        switch kind {
        case .sqlite(let connection):
            try connection.use(sql, repeat each values) { try connection.end($0) }
        }
    }

    /// Runs a statement; returns the number of rows that it inserted, updated or deleted.
    package func changed<each V: Bindable>(_ sql: String, _ values: repeat each V) throws -> Int {
        switch kind {
        case .sqlite(let connection):
            try connection.use(sql, repeat each values) { try connection.end($0) }
            return connection.changesCount
        }
    }

    /// Inserts one row into a table that has the column `id`, and returns that: the engine draws it. Not with
    /// `ON CONFLICT DO NOTHING`, which may insert none.
    package func insert<each V: Bindable>(_ sql: String, _ values: repeat each V) throws -> Int64 {
        switch kind {
        case .sqlite(let connection):
            try connection.use(sql, repeat each values) { try connection.end($0) }
            assert(connection.changesCount == 1, "not one row: \(sql)")
            return connection.lastRowID
        }
    }

    /// Reads the first row; `nil` if there is none.
    package func first<Result, each V: Bindable>(
        _ sql: String, _ values: repeat each V, read: (Columns) throws -> Result
    ) throws -> Result? {
        switch kind {
        case .sqlite(let connection):
            try connection.use(sql, repeat each values) { statement in
                try connection.step(statement) ? try read(Columns(row: .sqlite(statement))) : nil
            }
        }
    }

    /// Whether the statement returns a row.
    package func exists<each V: Bindable>(_ sql: String, _ values: repeat each V) throws -> Bool {
        switch kind {
        case .sqlite(let connection): try connection.use(sql, repeat each values) { try connection.step($0) }
        }
    }

    /// Reads all rows, one by one, and returns what `read` has made of them.
    @discardableResult
    package func all<Result, each V: Bindable>(
        _ sql: String, _ values: repeat each V, read: (Columns) throws -> Result
    ) throws -> [Result] {
        switch kind {
        case .sqlite(let connection):
            try connection.use(sql, repeat each values) { statement in
                var results: [Result] = []
                while try connection.step(statement) { results.append(try read(Columns(row: .sqlite(statement)))) }
                return results
            }
        }
    }
}
