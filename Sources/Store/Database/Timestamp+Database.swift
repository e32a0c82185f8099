import Foundation
public import GRDB
public import Responder
import Synchronization

extension Timestamp: DatabaseValueConvertible {
    public var databaseValue: DatabaseValue { milliseconds.databaseValue }

    public func bind(to statement: SQLiteStatement, at place: CInt) -> CInt {
        milliseconds.bind(to: statement, at: place)
    }

    public static func fromDatabaseValue(_ value: DatabaseValue) -> Timestamp? {
        Int64.fromDatabaseValue(value).map(Timestamp.init(milliseconds:))
    }
}
