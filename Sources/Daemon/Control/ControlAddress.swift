import Foundation
import Matching

/// The address of the Unix socket beside a database by which commands reach the daemon that serves from it. All names of
/// a database (symbolic links) lead to one socket.
struct ControlAddress {
    /// The longest path of a Unix socket (unix(7)), in bytes.
    private static let pathLimit = 107
    /// The longest name of a database whose socket has the same name; a path through `/proc` must have room for it.
    private static let nameLimit = 72

    let path: String

    init(database: String) {
        let resolved = realpath(database, nil)
        defer { free(resolved) }
        let file = URL(fileURLWithPath: resolved.map { String(cString: $0) } ?? database)
        var name = file.lastPathComponent
        if name.utf8.count > Self.nameLimit { name = String(FNV1a.hash(Array(name.utf8)[...]), radix: 36) }
        path = file.deletingLastPathComponent().appendingPathComponent(name + ".control").path
    }

    /// Calls `body` with the address; returns `nil` if its folder can't be opened.
    func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result? {
        if path.utf8.count <= Self.pathLimit { return Self.withSocketAddress(path, body) }
        // A longer path has a short one through a descriptor of its folder.
        let url = URL(fileURLWithPath: path)
        let folder = open(url.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return nil }
        defer { close(folder) }
        return Self.withSocketAddress("/proc/self/fd/\(folder)/\(url.lastPathComponent)", body)
    }

    private static func withSocketAddress<Result>(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(pathLimit)) }
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// Creates a socket whose reads and writes end after a while.
    static func makeSocket(timeLimit: Int) -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        if descriptor >= 0 { limit(descriptor, seconds: timeLimit) }
        return descriptor
    }

    /// Makes reads and writes of a socket end after that time.
    static func limit(_ descriptor: Int32, seconds: Int) {
        // Seconds and microseconds, as `timeval` has them: which module that belongs to depends on the way of building.
        var time = (seconds, 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout.size(ofValue: time)))
        }
    }

    /// Reads a line of at most 64 bytes.
    static func readLine(_ descriptor: Int32) -> String? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < 64, read(descriptor, &byte, 1) == 1 {
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        return nil
    }

    static func write(_ line: String, _ descriptor: Int32) {
        let bytes = Array("\(line)\n".utf8)
        _ = send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
}
