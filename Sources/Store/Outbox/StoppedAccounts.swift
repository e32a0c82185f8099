import GRDB
public import Responder

/// An account that sends nothing until a person resumes it.
public struct StoppedAccount: Sendable, Hashable {
    /// The number of the account.
    public var number: String
    /// The moment at which it was stopped.
    public var stoppedAt: Timestamp
    /// The reason, in words.
    public var reason: String
    /// The number of entries that wait, those in flight included.
    public var waiting: Int
}

extension Store {
    /// Returns the accounts that are stopped.
    ///
    /// - Throws: ``StoreError`` if the database can't be read.
    public func stoppedAccounts() async throws(StoreError) -> [StoppedAccount] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT number, stopped_at, reason, (SELECT count(*) FROM outbox o
                      WHERE o.account = number AND o.state IN ('waiting', 'sending'))
                    FROM stopped_account ORDER BY number
                    """
            ).map { StoppedAccount(number: $0[0], stoppedAt: $0[1], reason: $0[2], waiting: $0[3]) }
        }
    }

    /// Lets an account send again.
    ///
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func resume(_ account: String) async throws(StoreError) {
        try await write { db in
            try db.executeCached(sql: "DELETE FROM stopped_account WHERE number = ?", arguments: [account])
        }
    }

    static func stop(_ account: String, _ reason: String, at now: Timestamp, _ db: Database) throws {
        try db.executeCached(
            sql: """
                INSERT INTO stopped_account (number, stopped_at, reason) VALUES (?, ?, ?)
                ON CONFLICT (number) DO UPDATE SET reason = excluded.reason
                """, arguments: [account, now, reason]
        )
    }
}
