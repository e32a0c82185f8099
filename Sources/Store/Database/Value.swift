package import Responder

/// A value that a statement is given, in one of the few forms that every engine knows.
package enum Value {
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
    case null
}

/// A type whose values statements can be given.
package protocol Bindable {
    /// The value in the form in which it is stored.
    var value: Value { get }
}

extension Int64: Bindable {
    /// The number.
    package var value: Value { .integer(self) }
}

extension Int: Bindable {
    /// The number.
    package var value: Value { .integer(Int64(self)) }
}

extension Bool: Bindable {
    /// 0 or 1: columns hold flags as numbers.
    package var value: Value { .integer(self ? 1 : 0) }
}

extension String: Bindable {
    /// The text.
    package var value: Value { .text(self) }
}

extension [UInt8]: Bindable {
    /// The bytes.
    package var value: Value { .bytes(self) }
}

extension Timestamp: Bindable {
    /// The milliseconds since 1970 UTC.
    package var value: Value { .integer(milliseconds) }
}

extension Optional: Bindable where Wrapped: Bindable {
    /// The value, or NULL if there is none.
    package var value: Value { self?.value ?? .null }
}

extension String {
    /// The text with U+FFFD in place of each NUL: PostgreSQL takes no NUL, and functions of SQLite take it for the end of
    /// the text.
    var withoutNUL: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
    }
}
