import Foundation
import Testing

/// The database of a scene, read while replyd writes it.
extension Scene {
    /// Returns the states of all outbox entries, in order.
    func entryStates() throws -> [String] { try query("SELECT state FROM outbox ORDER BY id") }

    /// Returns the decisions in the order of their messages: `reply matched`.
    func decisions() throws -> [String] {
        try query("SELECT outcome || ' ' || reason FROM decision ORDER BY message")
    }

    /// Returns the providers' ids of all messages, in order.
    func messages() throws -> [String] { try query("SELECT unique_id FROM message ORDER BY id") }

    /// Returns the providers' ids of all messages that are decided, in alphabetical order.
    func decidedMessages() throws -> [String] {
        try query("SELECT unique_id FROM message JOIN decision ON decision.message = message.id ORDER BY 1")
    }

    /// Returns the texts of all messages, in order.
    func texts() throws -> [String] { try query("SELECT body FROM message ORDER BY id") }

    /// Waits until the outbox entries have these states, in order.
    func expectEntries(_ states: [String], sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await expect("SELECT state FROM outbox ORDER BY id", gives: states, sourceLocation: sourceLocation)
    }

    /// Waits until there are entries, and all of them have this state.
    func expectAllEntries(_ state: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await expect("SELECT DISTINCT state FROM outbox", gives: [state], sourceLocation: sourceLocation)
    }

    /// Waits until this number of entries has a state.
    func expectEntries(
        _ count: Int, _ state: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await expect(
            "SELECT count(*) FROM outbox WHERE state = '\(state)'", gives: ["\(count)"], sourceLocation: sourceLocation)
    }

    /// Waits until this number of messages is decided; for a reason, if one is given.
    func expectDecisions(
        _ count: Int, because reason: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let condition = reason.map { " WHERE reason = '\($0)'" } ?? ""
        try await expect(
            "SELECT count(*) FROM decision\(condition)", gives: ["\(count)"], sourceLocation: sourceLocation)
    }

    /// Waits until the messages are decided like this, in their order: `reply matched`.
    func expectDecisions(_ decisions: [String], sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await expect(
            "SELECT outcome || ' ' || reason FROM decision ORDER BY message", gives: decisions,
            sourceLocation: sourceLocation)
    }

    /// Waits until the messages are decided for these reasons, in their order.
    func expectReasons(_ reasons: [String], sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await expect(
            "SELECT reason FROM decision ORDER BY message", gives: reasons, sourceLocation: sourceLocation)
    }

    /// Waits until accounts are stopped for these reasons; for none, until all send.
    func expectStops(_ reasons: [String], sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await expect("SELECT reason FROM stopped_account", gives: reasons, sourceLocation: sourceLocation)
    }

    /// Waits until delivery reports have come: 1 sent, 2 delivered, 3 read.
    func expectDeliveries(_ acks: [Int], sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await expect(
            "SELECT CAST(delivery AS TEXT) FROM attempt", gives: acks.map { "\($0)" }, sourceLocation: sourceLocation)
    }
}
