import Foundation
import GRDB
public import Responder

extension Store {
    /// Checks that the database accepts a write right now, by writing.
    ///
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func checkWritable(at now: Timestamp) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql:
                    "INSERT INTO health (id, checked_at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET checked_at = excluded.checked_at",
                arguments: [now]
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
