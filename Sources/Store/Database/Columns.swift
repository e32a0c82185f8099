import GRDB
import GRDBSQLite
import Responder

/// One row of a result, read by the place of its columns, counted from 0.
struct Columns {
    let statement: OpaquePointer

    func isNull(_ place: Int32) -> Bool { sqlite3_column_type(statement, place) == SQLITE_NULL }
    func integer(_ place: Int32) -> Int64 { sqlite3_column_int64(statement, place) }
    func int(_ place: Int32) -> Int { Int(integer(place)) }
    func bool(_ place: Int32) -> Bool { integer(place) != 0 }
    func time(_ place: Int32) -> Timestamp { Timestamp(milliseconds: integer(place)) }
    func timeOrNil(_ place: Int32) -> Timestamp? { isNull(place) ? nil : time(place) }
    func integerOrNil(_ place: Int32) -> Int64? { isNull(place) ? nil : integer(place) }
    func textOrNil(_ place: Int32) -> String? { isNull(place) ? nil : text(place) }

    func text(_ place: Int32) -> String {
        guard let bytes = sqlite3_column_text(statement, place) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, place))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }
}
