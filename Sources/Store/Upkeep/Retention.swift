public import Responder

/// A place among the messages in the order of their arrival, up to which the search for old ones has come.
public struct RetentionCursor: Sendable, Equatable {
    var receivedAt: Timestamp
    var message: Int64

    /// The place before the first message.
    public static let start = RetentionCursor(receivedAt: Timestamp(milliseconds: .min), message: 0)
}

extension Store {
    /// Deletes some of the messages that arrived before `cutoff`, with their decisions, answers and attempts.
    ///
    /// A message stays while it is undecided, or while an answer to it waits, is in flight or is held. Contacts stay
    /// too, because they may have opted out.
    ///
    /// - Parameters:
    ///   - cutoff: The moment before which messages are deleted.
    ///   - start: The place up to which messages have been examined.
    ///   - limit: The largest number of messages; a batch must not hold up the writer.
    /// - Returns: The `start` of the next batch; `nil` if all messages have been examined.
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func deleteOld(
        before cutoff: Timestamp, from start: RetentionCursor = .start, limit: Int = 200
    ) async throws(StoreError) -> RetentionCursor? {
        try await write(about: .nothing, rerun: .harmless) { db in
            let old = try db.all(Self.oldMessages, cutoff, start.receivedAt, start.message, limit) {
                (
                    place: RetentionCursor(receivedAt: $0.time(0), message: $0.integer(1)), isDecided: $0.bool(2),
                    conversation: $0.integer(3)
                )
            }
            // A person may release an answer at this moment.
            try db.lock(.conversations(Array(Set(old.map(\.conversation)))))
            for message in old where message.isDecided { try deleteMessage(message.place.message, db) }
            return old.count == limit ? old.last?.place : nil
        }
    }

    // The index finds them although a clock that was wrong for a while may have stamped others with a later time.
    static let oldMessages = """
        SELECT received_at, id, is_decided, conversation FROM message
        WHERE received_at < ? AND (received_at, id) > (?, ?) ORDER BY received_at, id LIMIT ?
        """

    /// Deletes some of the hooks that are no messages, and of the reports on messages that others have sent, that are
    /// older than `cutoff`.
    ///
    /// - Returns: Whether there may be more of them.
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func deleteOldHooks(before cutoff: Timestamp, limit: Int = 200) async throws(StoreError) -> Bool {
        try await write(about: .nothing, rerun: .harmless) { db in
            try [Self.oldHooks, Self.oldReports].contains { try db.changed($0, cutoff, limit) == limit }
        }
    }

    static let oldHooks = """
        DELETE FROM hook WHERE id IN (SELECT id FROM hook WHERE received_at < ? LIMIT ?)
        """
    static let oldReports = """
        DELETE FROM foreign_update WHERE (account, unique_id) IN
          (SELECT account, unique_id FROM foreign_update WHERE received_at < ? LIMIT ?)
        """
}

private let openAnswer = "SELECT 1 FROM outbox WHERE message = ? AND \(EntryState.isOpen) LIMIT 1"

/// Deletes one message with its decision, answers and attempts, unless an answer is still to be sent.
private func deleteMessage(_ id: Int64, _ db: Connection) throws {
    guard try !db.exists(openAnswer, id) else { return }
    for sql in [
        "DELETE FROM attempt WHERE entry IN (SELECT id FROM outbox WHERE message = ?)",
        "DELETE FROM outbox WHERE message = ?", "DELETE FROM decision WHERE message = ?",
        "DELETE FROM message WHERE id = ?",
    ] {
        try db.run(sql, id)
    }
}
