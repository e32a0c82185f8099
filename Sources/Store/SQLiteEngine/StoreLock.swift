import Foundation

/// A lock that lets only one daemon at a time serve from a database, held as long as this object lives.
///
/// It is a lock on the file itself, whichever name it is opened by. The kernel releases it when the process ends, however
/// it ends. SQLite's own locks are of another kind, and the two do not meet.
final class StoreLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock, and creates the file if there is none, readable by its owner alone. SQLite gives its side files
    /// the same permissions; other users must not read customers' texts.
    ///
    /// - Throws: ``StoreError/inUse(path:process:)`` with the process that holds it, or ``StoreError/cannotOpen(path:why:)``.
    init(database path: String) throws(StoreError) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .cannotOpen(path: path, why: String(cString: strerror(errno)))
        }
        // `deinit` closes the descriptor: all properties are set, so it runs although this throws. While SQLite has the
        // file open, a close in this process would release SQLite's own locks.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else {
                throw .cannotOpen(path: path, why: "it can't be locked: \(String(cString: strerror(errno)))")
            }
            throw .inUse(path: path, process: Self.holder(of: descriptor).map { "\($0)" } ?? "unknown")
        }
    }

    /// Returns the process that holds the lock on a database; `nil` if none does, or it can't be told. The lock is not
    /// tried: a daemon that starts at this moment must find it free.
    static func holder(database path: String) -> pid_t? {
        var status = stat()
        return stat(path, &status) == 0 ? holder(of: status) : nil
    }

    /// Returns the process that serves from the database by the name of another hard link; `nil` if none does.
    ///
    /// What is not yet in the file stands beside the name that the process uses: by this name it would be missing.
    static func holderByAnotherName(database path: String) -> pid_t? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_nlink > 1 else { return nil }
        let wal = URL(filePath: path).resolvingSymlinksInPath().path + "-wal"
        return FileManager.default.fileExists(atPath: wal) ? nil : holder(of: status)
    }

    /// Returns the process that holds the lock, as the kernel lists it (proc_locks(5)); `nil` if that can't be told.
    private static func holder(of descriptor: Int32) -> pid_t? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        // The list may change while it is read, page by page, and then lacks a line.
        for _ in 0..<20 {
            if let process = holder(of: status) { return process }
        }
        return nil
    }

    private static func holder(of status: stat) -> pid_t? {
        // The kernel writes the numbers of the device in hexadecimal, that of the file in decimal.
        let device = UInt64(status.st_dev)
        let (major, minor) = (device >> 8 & 0xFFF, device & 0xFF | device >> 12 & 0xFFF00)
        let inode = ":\(UInt64(status.st_ino))"
        let name = String(format: "%02llx:%02llx", major, minor) + inode
        // The file says that it has no size, and Foundation's reading of a whole file then ends after a page.
        guard let file = FileHandle(forReadingAtPath: "/proc/locks"), let locks = try? file.readToEnd() else {
            return nil
        }
        for line in String(decoding: locks, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            // Some file systems (overlayfs, btrfs) give programs another device than the one by which the kernel knows
            // the file. A file of another disk may have the same number.
            guard words.count > 5, words[1] == "FLOCK", words[5].hasSuffix(inode), let process = pid_t(words[4]),
                process > 0, words[5] == name || isReplyd(process)
            else { continue }
            return process
        }
        return nil
    }

    private static func isReplyd(_ process: pid_t) -> Bool {
        let name = try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)
        return name?.trimmingCharacters(in: .whitespacesAndNewlines)
            == String(ProcessInfo.processInfo.processName.prefix(15))
    }

    deinit {
        close(descriptor)
    }
}
