import Foundation
import Responder
import Synchronization
import Testing

@testable import Daemon
@testable import Store

@Suite struct RetentionKeeperTests {
    private static let start = Timestamp(seconds: 1_700_000_000)

    /// Clocks for a test: the wall clock jumps at given moments of the other one, and both end after a while.
    private final class Clocks: Sendable {
        let uptime = Mutex(Duration.zero)
        let jumps: [(at: Duration, by: Duration)]
        let end: Duration

        init(_ jumps: [(at: Duration, by: Duration)], end: Duration) {
            self.jumps = jumps
            self.end = end
        }

        var clock: Clock {
            Clock(
                now: {
                    let uptime = self.uptime.withLock { $0 }
                    return self.jumps.reduce(start + uptime) { $1.at <= uptime ? $0 + $1.by : $0 }
                },
                uptime: { self.uptime.withLock { $0 } },
                sleep: { until in
                    guard until <= self.end else { throw CancellationError() }
                    self.uptime.withLock { $0 = max($0, until) }
                },
                alarm: { _, _ in {} })
        }
    }

    /// Returns the number of messages that are left, of messages that have these ages at the start.
    private func left(
        of ages: [Duration], jumps: [(at: Duration, by: Duration)] = [], end: Duration
    ) async throws -> Int {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "replyd-retention-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try Store(path: folder.appendingPathComponent("test.sqlite").path)
        defer { store.close() }
        for (place, age) in ages.enumerated() {
            let message = Message(
                account: "972771234567", unique: "U\(place)",
                contact: Contact(number: "97250\(place)", address: "97250\(place)"),
                body: "hi", timestamp: Self.start - age)
            let silence = Decision(rule: nil, outcome: .silent, reason: .noMatch, because: "", revision: "1")
            _ = try await store.keep(hook: "system", payload: "{}", account: "972771234567", at: Self.start - age)
            _ = try await store.accept(message, payload: "{}", at: Self.start - age) { _, _ in
                (silence, Self.start - age)
            }
        }
        let clock = Clocks(jumps, end: end).clock
        let keeper = RetentionKeeper(
            store: store, retention: .days(90), clock: clock, watch: ClockWatch(clock: clock) { _ in }
        ) { event in
            Issue.record("\(event)")
        }
        try await keeper.run()
        let left = try await store.conversations(ConversationFilter(), limit: 9).conversations.count {
            $0.latest != nil
        }
        // Hooks are as old as the messages and are deleted with them.
        #expect(try await store.read { db in try db.first("SELECT count(*) FROM hook") { $0.int(0) } } == left)
        return left
    }

    @Test func whatIsOldEnoughIsDeletedAnHourAfterTheStartAndEveryDay() async throws {
        let ages = [Duration.days(100), .days(89) + .hours(12), .days(1)]
        #expect(try await left(of: ages, end: .minutes(59)) == 3)
        #expect(try await left(of: ages, end: .hours(2)) == 2)
        #expect(try await left(of: ages, end: .hours(26)) == 1)
    }

    @Test func aClockThatIsWrongForAWhileDeletesNothing() async throws {
        let ages = [Duration.days(1), .days(2), .days(3)]
        let year = Duration.days(365)
        #expect(try await left(of: ages, jumps: [(.zero, year), (.minutes(10), .zero - year)], end: .hours(10)) == 3)
        #expect(
            try await left(
                of: ages, jumps: [(.hours(24) + .minutes(50), year), (.hours(25) + .minutes(30), .zero - year)],
                end: .hours(100)) == 3)
        // A clock that runs evenly after its jump is believed.
        #expect(try await left(of: ages, jumps: [(.minutes(30), year)], end: .hours(3)) == 0)
    }
}
