import Foundation
import Responder
import Store
import Synchronization
import Testing

@testable import Daemon

@Suite struct TrafficDayTests {
    private static let noon = Timestamp(seconds: 1_700_049_600)

    @Test func theLastDayIsThereAndWhatIsLongPastIsNotCountedEachTime() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("replyd-day-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try Store(path: folder.appendingPathComponent("a.sqlite").path)
        let now = Mutex(Self.noon)
        var clock = Clock.system
        clock.now = { now.withLock { $0 } }
        let day = TrafficDay(store: store, clock: clock)
        func accept(_ unique: String, at moment: Timestamp) async throws {
            let contact = Contact(number: unique, address: unique)
            let message = Message(account: "1", unique: unique, contact: contact, body: "x", timestamp: moment)
            _ = try await store.accept(message, payload: "{}", at: moment) { _, _ in
                (Decision(rule: nil, outcome: .silent, reason: .noMatch, because: "", revision: "1"), moment)
            }
        }
        func counts() async throws -> [Int64: Int] {
            let last = Self.noon.milliseconds / 1000 / TrafficDay.interval
            let slots = try await day.slots()
            #expect(slots.count == 288)
            return slots.filter { $0.traffic.messages > 0 }.reduce(into: [:]) {
                $0[$1.number - last] = $1.traffic.messages
            }
        }
        try await accept("1", at: Self.noon - .hours(24))
        try await accept("2", at: Self.noon - .hours(24) + .minutes(5))
        try await accept("3", at: Self.noon - .minutes(1))
        try await accept("4", at: Self.noon)
        #expect(try await counts() == [-287: 1, -1: 1, 0: 1])
        try await accept("5", at: Self.noon + .seconds(1))
        _ = try await store.deleteOld(before: Self.noon - .hours(1))
        #expect(
            try await counts() == [-287: 1, -1: 1, 0: 2], "what goes on is counted again, what is long past is not")
        now.withLock { $0 = Self.noon + .minutes(4) }
        #expect(try await counts() == [-287: 1, -1: 1, 0: 2])
        now.withLock { $0 = Self.noon + .minutes(6) }
        #expect(try await counts() == [-1: 1, 0: 2])
    }

    @Test(arguments: [(0, 1, false), (60, 9, true), (60, 11, false), (86_000, 599, true), (86_000, 601, false)])
    func whatWasCountedLongAfterwardsHoldsLonger(age: Int, passed: Int, isFresh: Bool) {
        let countedAt = Timestamp(seconds: TrafficDay.interval) + .seconds(age)
        #expect(TrafficDay.isFresh(0, countedAt: countedAt, at: countedAt + .seconds(passed)) == isFresh)
    }
}
