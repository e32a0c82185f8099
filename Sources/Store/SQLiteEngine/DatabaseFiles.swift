import Foundation

/// The files of an open database, checked so that replyd notices when somebody deletes or replaces them. SQLite would
/// go on writing to files that no longer have a name, and all of it would be lost when the process ends.
struct DatabaseFiles: Sendable {
    private struct Identity: Sendable, Equatable {
        var device: UInt64
        var inode: UInt64

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
        }
    }

    private let path: String
    private let known: [(suffix: String, identity: Identity?)]

    /// Records the identity of the files of the database at `path`, which has been opened and written to.
    init(path: String) throws(StoreError) {
        self.path = path
        known = ["", "-wal"].map { ($0, Identity(path + $0)) }
    }

    /// Throws ``StoreError/replaced(path:)`` if a file is gone or another one has its name.
    func check() throws(StoreError) {
        for (suffix, identity) in known where Identity(path + suffix) != identity {
            throw .replaced(path: path + suffix)
        }
    }
}
