package import Responder

/// One row of a result. Columns are read by index, counted from 0.
///
/// A row is valid only while the closure that was given it runs.
package struct Columns {
    enum Row {
        /// A statement of SQLite that has stepped to a row.
        case sqlite(OpaquePointer)
    }

    let row: Row

    private static let largestCount: Int64 = 1 << 53
    /// The end of the year 9999.
    private static let lastMillisecond: Int64 = 253_402_300_799_999

    /// Whether the column holds nothing.
    package func isNull(_ index: Int32) -> Bool {
        switch row {
        case .sqlite(let statement): SQLiteConnection.isNull(statement, index)
        }
    }

    /// Reads a number, such as the one of a row.
    package func integer(_ index: Int32) -> Int64 {
        switch row {
        case .sqlite(let statement): SQLiteConnection.integer(statement, index)
        }
    }

    /// Reads a text. Where it is no UTF-8, it has U+FFFD.
    package func text(_ index: Int32) -> String {
        switch row {
        case .sqlite(let statement): SQLiteConnection.text(statement, index)
        }
    }

    /// Reads a count. A damaged row may hold any number: one that cannot be a count becomes one that can be counted on.
    package func int(_ index: Int32) -> Int { Int(min(max(integer(index), -Self.largestCount), Self.largestCount)) }
    /// Reads a flag, or a condition that the statement has computed.
    package func bool(_ index: Int32) -> Bool { integer(index) != 0 }
    /// Reads a moment, in milliseconds since 1970 UTC. A damaged row may hold any number: one that no calendar has becomes
    /// the nearest one.
    package func time(_ index: Int32) -> Timestamp {
        Timestamp(milliseconds: min(max(integer(index), 0), Self.lastMillisecond))
    }
    /// Reads a moment as ``time(_:)`` does; `nil` if the column holds nothing.
    package func timeOrNil(_ index: Int32) -> Timestamp? { isNull(index) ? nil : time(index) }
    /// Reads a number; `nil` if the column holds nothing.
    package func integerOrNil(_ index: Int32) -> Int64? { isNull(index) ? nil : integer(index) }
    /// Reads a count as ``int(_:)`` does; `nil` if the column holds nothing.
    package func intOrNil(_ index: Int32) -> Int? { isNull(index) ? nil : int(index) }
    /// Reads a text as ``text(_:)`` does; `nil` if the column holds nothing.
    package func textOrNil(_ index: Int32) -> String? { isNull(index) ? nil : text(index) }
}
