import Foundation
public import GRDB
public import Responder

extension Timestamp: DatabaseValueConvertible {
    /// The milliseconds since 1970 UTC, as the database stores them.
    public var databaseValue: DatabaseValue { milliseconds.databaseValue }

    /// Binds the milliseconds to a statement's argument.
    public func bind(to statement: SQLiteStatement, at place: CInt) -> CInt {
        milliseconds.bind(to: statement, at: place)
    }

    /// Reads the milliseconds; `nil` if the value is no integer.
    public static func fromDatabaseValue(_ value: DatabaseValue) -> Timestamp? {
        Int64.fromDatabaseValue(value).map(Timestamp.init(milliseconds:))
    }
}
