import Foundation
import Responder
import Store
import Synchronization
import Testing

@testable import Daemon

@Suite final class PatienceTests: Sendable {
    private let uptime = Mutex(Duration.zero)
    private let observed = Mutex<[String]>([])
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "replyd-patience-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Does a step that fails with these errors, one after another, and then succeeds; the clock ends after an hour.
    private func triesNeeded(_ errors: [StoreError], end: Duration = .hours(1)) async throws -> Int {
        let store = try Store(path: folder.appendingPathComponent("test.sqlite").path)
        defer { store.close() }
        let clock = Clock(
            now: { Timestamp(seconds: 1_700_000_000) }, uptime: { [self] in uptime.withLock { $0 } },
            sleep: { [self] until in
                guard until <= end else { throw CancellationError() }
                uptime.withLock { $0 = until }
            }, alarm: { _, _ in {} })
        var tries = 0
        try await store.patiently(clock, observe: { [self] _ in observed.withLock { $0.append("") } }) {
            () async throws(StoreError) in
            tries += 1
            if tries <= errors.count { throw errors[tries - 1] }
        }
        return tries
    }

    /// A start must not end because the disk is full: the webhooks of that time would be answered by nobody.
    @Test(arguments: [StoreError.full, .disk])
    func aStartWaitsForRoomOnTheDisk(error: StoreError) async throws {
        #expect(try await triesNeeded(Array(repeating: error, count: 100)) == 101)
        #expect(uptime.withLock { $0 } == .seconds(100) && observed.withLock(\.count) == 100)
    }

    @Test func aLockIsWaitedForFiveTimes() async throws {
        #expect(try await triesNeeded(Array(repeating: .busy, count: 4)) == 5)
        await #expect(throws: StoreError.busy) { try await triesNeeded(Array(repeating: .busy, count: 5)) }
    }

    @Test func otherErrorsAndAStopEndTheWait() async throws {
        await #expect(throws: StoreError.readOnly) { try await triesNeeded([.readOnly]) }
        await #expect(throws: StoreError.full) { try await triesNeeded([.full, .full, .full], end: .seconds(2)) }
    }
}
