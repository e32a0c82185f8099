import Foundation
import Synchronization

/// A time zone with an IANA name, and a fast conversion to local time.
public final class Zone: Sendable, Hashable {
    /// The IANA name, for example `Asia/Jerusalem`.
    public let name: String
    private let zone: TimeZone
    /// What is known of the quarter of an hour that was asked for last. Foundation is slow at this, and zones change
    /// their clocks only at full quarters.
    private let last = Mutex<Quarter>(Quarter(number: .min, offset: 0))

    private struct Quarter {
        /// The number of quarters since 1970 in UTC.
        var number: Int64
        /// The offset from UTC, in seconds.
        var offset: Int64
        /// The latest local time that the clock has shown before, in seconds; found when it is asked for.
        var shown: Int64?
    }

    /// UTC, used if no other zone is given.
    public static let utc = Zone(name: "UTC", zone: .gmt)

    private init(name: String, zone: TimeZone) {
        self.name = name
        self.zone = zone
    }

    /// Finds a zone by its IANA name; `nil` if there is none with that name.
    public convenience init?(_ name: String) {
        guard name == "UTC" || name.contains("/"), let zone = TimeZone(identifier: name) else { return nil }
        self.init(name: name, zone: zone)
    }

    /// The names of all zones, for suggestions.
    public static var names: [String] { TimeZone.knownTimeZoneIdentifiers }

    /// Whether both zones have the same name.
    public static func == (left: Zone, right: Zone) -> Bool { left.name == right.name }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// Returns the local time at that moment.
    public func local(_ moment: Timestamp) -> LocalTime {
        let seconds = moment.milliseconds.flooredDivided(by: 1000)
        let local = seconds + offset(at: seconds)
        let day = local.flooredDivided(by: 86_400)
        return LocalTime(date: LocalDate(number: Int(day)), minute: Int((local - day * 86_400) / 60))
    }

    /// Returns the local time by a clock that is never put back: it stands still instead, until the hour that comes
    /// twice has passed.
    ///
    /// By this clock a span of time is one run: of a time that comes twice the first counts, as in RFC 5545.
    func localOnce(_ moment: Timestamp) -> LocalTime {
        let seconds = moment.milliseconds.flooredDivided(by: 1000)
        let local = max(seconds + offset(at: seconds), shown(before: seconds))
        let day = local.flooredDivided(by: 86_400)
        return LocalTime(date: LocalDate(number: Int(day)), minute: Int((local - day * 86_400) / 60))
    }

    /// Returns the first moment at which the clock shows `time`. If the clock skips it, that is the first moment at
    /// which the clock shows a later time.
    public func moment(_ time: LocalTime) -> Timestamp {
        let local = Int64(time.date.number) * 86_400 + Int64(time.minute) * 60
        // An offset changes within a day; the greatest offset leads to the earliest moment.
        let offsets = Set([offset(at: local - 86_400), offset(at: local), offset(at: local + 86_400)])
        let moments = offsets.map { local - $0 }.sorted()
        if let found = moments.first(where: { $0 + offset(at: $0) == local }) { return Timestamp(seconds: found) }
        var moment = moments.first.map { $0.flooredDivided(by: 900) * 900 } ?? local
        while moment + offset(at: moment) < local { moment += 900 }
        return Timestamp(seconds: moment)
    }

    /// Returns the last second of local time that the clock showed before it was put back in the day before `seconds`;
    /// the earliest possible time if it was not.
    private func shown(before seconds: Int64) -> Int64 {
        let number = seconds.flooredDivided(by: 900)
        let offset = offset(at: seconds)
        if let shown = last.withLock({ $0.number == number ? $0.shown : nil }) { return shown }
        var shown = Int64.min
        if foundationOffset(number - 96) > offset {
            let earlier = (1...96).first { foundationOffset(number - Int64($0)) > offset }
            shown = earlier.map { (number - Int64($0) + 1) * 900 - 1 + foundationOffset(number - Int64($0)) } ?? shown
        }
        last.withLock { if $0.number == number { $0.shown = shown } }
        return shown
    }

    /// Returns the offset at that moment, in seconds east of UTC.
    private func offset(at seconds: Int64) -> Int64 {
        let number = seconds.flooredDivided(by: 900)
        return last.withLock { last in
            if last.number != number { last = Quarter(number: number, offset: foundationOffset(number)) }
            return last.offset
        }
    }

    private func foundationOffset(_ quarter: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(quarter * 900))))
    }
}

extension Int64 {
    /// The quotient rounded down, also below zero.
    fileprivate func flooredDivided(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
