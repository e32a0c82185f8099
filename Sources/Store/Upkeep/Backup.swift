import Foundation
import GRDB

extension Store {
    /// Copies the database, whole and consistent, to a new file, while a daemon goes on writing.
    ///
    /// The file is created first, empty and readable by its owner alone, and written to after that. If SQLite created
    /// it, it would have the permissions of the process's umask until the copy is done, and the file holds customers'
    /// texts. A copy that fails leaves no file.
    ///
    /// - Throws: ``StoreError`` if the file exists already or can't be created, or if the copy fails.
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
            // The copy is the view of one transaction, without the WAL and without gaps; SQLite accepts an empty file
            // as if there were none (sqlite.org/lang_vacuum.html).
            try await database.writeWithoutTransaction { db in
                try db.execute(sql: "VACUUM INTO ?", arguments: [path])
            }
        } catch {
            unlink(path)
            throw StoreError(error)
        }
    }
}
