public import JSONText

extension JSON {
    /// Returns a moment as JSON: the seconds since 1970 UTC, or `null`.
    public static func seconds(of moment: Timestamp?) -> JSON { .count(moment.map { $0.milliseconds / 1000 }) }
}

extension JSONWriter {
    /// Writes a member whose value is a moment, in milliseconds since 1970 UTC.
    package mutating func member(_ key: String, _ value: Timestamp) { member(key) { $0.number(value.milliseconds) } }
}
