import Foundation
import GRDB
public import Responder

extension Store {
    /// Whether the database takes a write right now: by writing.
    public func checkWritable(at now: Timestamp) async throws(StoreError) {
        try await write { db in
            try db.execute(
                sql:
                    "INSERT INTO health (id, checked_at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET checked_at = excluded.checked_at",
                arguments: [now]
            )
        }
    }

    /// What SQLite finds damaged in the file; empty where it is sound. Reads the whole file.
    public func damage() async throws(StoreError) -> [String] {
        do {
            return try await read { db in try String.fetchAll(db, sql: "PRAGMA quick_check(5)") }.filter { $0 != "ok" }
        } catch .damaged(let what) {
            return [what]
        }
    }

    /// The process that serves from the database; nil where none does.
    public static func daemon(ofDatabase path: String) -> Int32? {
        StoreLock.owner(ofDatabase: path)
    }

    /// What the database takes on the disk, with the files beside it, in bytes.
    public static func size(ofDatabase path: String) -> Int {
        ["", "-wal"].reduce(0) { sum, suffix in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
            return sum + (attributes?[.size] as? Int ?? 0)
        }
    }
}
