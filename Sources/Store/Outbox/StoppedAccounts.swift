public import Responder

/// An account that sends nothing until a person mends its configuration.
public struct StoppedAccount: Sendable, Hashable {
    /// The number of the account.
    public var number: String
    /// The moment at which it was stopped.
    public var stoppedAt: Timestamp
    /// The reason, in words.
    public var reason: String
}

extension Store {
    /// Returns the accounts that are stopped.
    ///
    /// - Throws: ``StoreError`` if the database can't be read.
    public func stoppedAccounts() async throws(StoreError) -> [StoppedAccount] {
        try await read { db in
            try db.all("SELECT number, stopped_at, reason FROM stopped_account ORDER BY number") {
                StoppedAccount(number: $0.text(0), stoppedAt: $0.time(1), reason: $0.text(2))
            }
        }
    }

    /// Lets an account send again, because an entry has passed. If the provider refuses the account once more for one of
    /// those that it was stopped for, the fault is that entry's.
    ///
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func resume(_ account: String) async throws(StoreError) {
        // One statement each, with the condition in it: there is nothing that could change in between.
        try await write(about: .nothing, for: .progress, rerun: .harmless) { db in
            try db.run("DELETE FROM stopped_account WHERE number = ?", account)
            try db.run(Self.convict, account)
        }
    }

    static let convict = """
        UPDATE outbox \(Dialect.hint("INDEXED BY outbox_suspected")) SET suspicion = 2
        WHERE account = ? AND suspicion = 1
        """

    static func stop(_ account: String, _ reason: String, at now: Timestamp, _ db: Connection) throws {
        try db.run(
            """
            INSERT INTO stopped_account (number, stopped_at, reason) VALUES (?, ?, ?)
            ON CONFLICT (number) DO UPDATE SET reason = excluded.reason
            """,
            account, now, reason)
    }
}
