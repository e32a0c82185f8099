import Foundation

/// The rights that tests have on this machine. Tests that need others are left out, and say so.
enum Machine {
    /// A command that goes on as a user without rights.
    static let asNobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]

    static let canBeNobody = inFolder { _ in try Tool.run(asNobody + [ReplydProcess.binary.path, "--version"]) }

    static let canMount = inFolder { folder in
        try Tool.run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.path)
        try Tool.run("umount", folder.path)
    }

    static let hasImmutableFiles = inFolder { folder in
        let file = folder.appendingPathComponent("file")
        let handle = open(file.path, O_RDWR | O_CREAT, 0o600)
        defer { close(handle) }
        try Tool.run("chattr", "+i", file.path)
        defer { try? Tool.run("chattr", "-i", file.path) }
        // On older systems a process that has opened the file before may still write to it.
        guard write(handle, "x", 1) < 0 else { throw CancellationError() }
    }

    private static func inFolder(_ work: (URL) throws -> Void) -> Bool {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "replyd-machine-\(UUID().uuidString)")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return (try? work(folder)) != nil
    }
}
