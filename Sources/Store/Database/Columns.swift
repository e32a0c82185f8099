import GRDBSQLite
import Responder

/// One row of a result. Columns are read by index, counted from 0.
struct Columns {
    let statement: OpaquePointer

    func isNull(_ index: Int32) -> Bool { sqlite3_column_type(statement, index) == SQLITE_NULL }
    func integer(_ index: Int32) -> Int64 { sqlite3_column_int64(statement, index) }
    func int(_ index: Int32) -> Int { Int(integer(index)) }
    func bool(_ index: Int32) -> Bool { integer(index) != 0 }
    func time(_ index: Int32) -> Timestamp { Timestamp(milliseconds: integer(index)) }
    func timeOrNil(_ index: Int32) -> Timestamp? { isNull(index) ? nil : time(index) }
    func integerOrNil(_ index: Int32) -> Int64? { isNull(index) ? nil : integer(index) }
    func textOrNil(_ index: Int32) -> String? { isNull(index) ? nil : text(index) }

    func text(_ index: Int32) -> String {
        guard let bytes = sqlite3_column_text(statement, index) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, index))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }
}
