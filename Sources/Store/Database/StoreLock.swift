import Foundation

/// A lock that lets only one daemon at a time serve from a database: a lock on a file beside it, held as long as this
/// object lives.
///
/// The kernel releases the lock when the process ends, however it ends.
final class StoreLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock; throws ``StoreError/inUse(path:process:)`` with the process that holds it.
    init(database path: String) throws(StoreError) {
        let file = path + ".lock"
        descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .cannotOpen(path: path, why: String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let owner = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
            let process = owner.trimmingCharacters(in: .whitespacesAndNewlines)
            // `deinit` closes the descriptor: all properties are set, so it runs although this throws.
            throw .inUse(path: path, process: process.isEmpty ? "unknown" : process)
        }
        ftruncate(descriptor, 0)
        let process = "\(getpid())\n"
        _ = process.withCString { write(descriptor, $0, strlen($0)) }
    }

    /// Returns the process that serves from the database; `nil` if none does.
    static func owner(ofDatabase path: String) -> pid_t? {
        let descriptor = open(path + ".lock", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // A process that holds the lock is alive; the number alone could belong to another process by now.
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
        let text = try? String(contentsOfFile: path + ".lock", encoding: .utf8)
        return text.flatMap { pid_t($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    deinit {
        close(descriptor)
    }
}
