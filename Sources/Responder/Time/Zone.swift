import Foundation
import Synchronization

/// A time zone with an IANA name, and a fast conversion to local time.
public final class Zone: Sendable, Hashable {
    /// The IANA name, for example `Asia/Jerusalem`.
    public let name: String
    private let zone: TimeZone
    /// The offset from UTC, in seconds, in the quarter of an hour that was asked for last. Foundation is slow at this,
    /// and zones change their clocks only at full quarters.
    private let last = Mutex<(quarter: Int64, offset: Int64)>((.min, 0))

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

    /// Returns the first moment at which the clock shows `time`. If the clock skips it, that is the first moment at
    /// which the clock shows a later time.
    public func moment(_ time: LocalTime) -> Timestamp {
        moments(time).first ?? Timestamp(seconds: 0)
    }

    /// Returns all moments at which the clock shows `time`: two in an hour that occurs twice. If the clock skips it,
    /// the only one is the first moment at which the clock shows a later time.
    func moments(_ time: LocalTime) -> [Timestamp] {
        let local = Int64(time.date.number) * 86_400 + Int64(time.minute) * 60
        // An offset changes within a day; the greatest offset leads to the earliest moment.
        let offsets = Set([offset(at: local - 86_400), offset(at: local), offset(at: local + 86_400)])
        let moments = offsets.map { local - $0 }.sorted()
        let found = moments.filter { $0 + offset(at: $0) == local }
        if !found.isEmpty { return found.map { Timestamp(seconds: $0) } }
        var moment = moments.first.map { $0.flooredDivided(by: 900) * 900 } ?? local
        while moment + offset(at: moment) < local { moment += 900 }
        return [Timestamp(seconds: moment)]
    }

    /// Returns the moment of that day at which the clock is put back; `nil` on most days.
    func setBack(on date: LocalDate) -> Timestamp? {
        let start = moment(LocalTime(date: date, minute: 0)).milliseconds / 1000
        let end = moment(LocalTime(date: LocalDate(number: date.number + 1), minute: 0)).milliseconds / 1000
        guard offset(at: end) < offset(at: start) else { return nil }
        let seconds = stride(from: start, through: end, by: 900).first { offset(at: $0) < offset(at: start) }
        return seconds.map { Timestamp(seconds: $0) }
    }

    /// Returns the offset at that moment, in seconds east of UTC.
    private func offset(at seconds: Int64) -> Int64 {
        let quarter = seconds.flooredDivided(by: 900)
        return last.withLock { last in
            if last.quarter != quarter {
                last = (quarter, Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(quarter * 900)))))
            }
            return last.offset
        }
    }
}

extension Int64 {
    /// The quotient rounded down, also below zero.
    fileprivate func flooredDivided(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
