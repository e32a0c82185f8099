import Foundation
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
            (0..<Self.size).map { stamp[$0 % stamp.count] }
        }
        try await write(about: .nothing, rerun: .harmless) { db in
            try db.run(
                """
                INSERT INTO health (id, checked_at, bytes) VALUES (1, ?, ?)
                ON CONFLICT (id) DO UPDATE SET checked_at = excluded.checked_at, bytes = excluded.bytes
                """, now, bytes)
        }
    }

    /// Returns the damage that is found in the database; empty if it is sound. Reads the whole file.
    ///
    /// - Throws: ``StoreError`` if the database can't be read for another reason.
    public func damage() async throws(StoreError) -> [String] {
        try await engine.damage()
    }

    /// Returns the size of the database on disk, its WAL included, in bytes.
    public static func size(ofDatabase path: String) -> Int {
        ["", "-wal"].reduce(0) { sum, suffix in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
            return sum + (attributes?[.size] as? Int ?? 0)
        }
    }
}
