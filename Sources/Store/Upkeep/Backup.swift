import Foundation
import GRDB

extension Store {
    /// Copies the database, whole and consistent, to a new file, beside a daemon that goes on writing.
    ///
    /// The file is there, empty and readable by its owner alone, before anything is written to it: left to SQLite it would
    /// have the permissions of the process's umask until the copy is done, and customers' texts are in it. Nothing is left
    /// of a copy that failed.
    public func backup(to path: String) async throws(StoreError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .cannotOpen(
                path: path,
                why: errno == EEXIST
                    ? "there is such a file already; a backup overwrites nothing" : String(cString: strerror(errno)))
        }
        fchmod(descriptor, 0o600)
        Foundation.close(descriptor)
        do {
            // The copy is one transaction's view, without the WAL and without gaps; an empty file is taken as none
            // (sqlite.org/lang_vacuum.html).
            try await database.writeWithoutTransaction { db in
                try db.execute(sql: "VACUUM INTO ?", arguments: [path])
            }
        } catch {
            unlink(path)
            throw StoreError(error)
        }
    }
}
