import GRDB
public import Responder

/// An account that sends nothing until somebody mends it.
public struct StoppedAccount: Sendable, Hashable {
    /// The account's number.
    public var number: String
    /// Since when.
    public var stoppedAt: Timestamp
    /// Why, in words.
    public var reason: String
    /// How many entries wait.
    public var waiting: Int
}

extension Store {
    /// The accounts that are stopped.
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
