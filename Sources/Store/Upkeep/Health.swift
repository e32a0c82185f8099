import Foundation
import GRDB
public import Responder

extension Store {
    /// The size of what is written, in bytes: as much as the largest webhooks that are common, so that a disk which has no
    /// room for these has none for the check.
    private static let size = 16_384

    /// Checks that the database accepts a write of a webhook's size right now, by writing.
    ///
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func checkWritable(at now: Timestamp) async throws(StoreError) {
        // Other bytes than last time, for SQLite does not write what is there already.
        let bytes = withUnsafeBytes(of: now.milliseconds) { stamp in
            Data((0..<Self.size).map { stamp[$0 % stamp.count] })
        }
        try await write { db in
            try db.execute(
                sql: """
                    INSERT INTO health (id, checked_at, bytes) VALUES (1, ?, ?)
                    ON CONFLICT (id) DO UPDATE SET checked_at = excluded.checked_at, bytes = excluded.bytes
                    """,
                arguments: [now, bytes]
            )
        }
    }

    /// Returns the damage that SQLite finds in the file; empty if the file is sound. Reads the whole file.
    ///
    /// - Throws: ``StoreError`` if the database can't be read for another reason.
    public func damage() async throws(StoreError) -> [String] {
        do {
            return try await read { db in try String.fetchAll(db, sql: "PRAGMA quick_check(5)") }.filter { $0 != "ok" }
        } catch .damaged(let what) {
            return [what]
        }
    }

    /// Returns the size of the database on disk, its WAL included, in bytes.
    public static func size(ofDatabase path: String) -> Int {
        ["", "-wal"].reduce(0) { sum, suffix in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
            return sum + (attributes?[.size] as? Int ?? 0)
        }
    }
}
