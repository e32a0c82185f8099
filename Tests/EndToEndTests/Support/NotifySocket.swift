import Foundation
import Synchronization
import Testing

/// The service manager's end of `NOTIFY_SOCKET`: a datagram socket, and the messages that came in through it.
final class NotifySocket: Sendable {
    /// The value of `NOTIFY_SOCKET` in replyd's environment.
    let name: String
    private let descriptor: Int32
    private let state = Mutex<[String]>([])

    /// Listens at a path or, if the name begins with `@`, at an abstract name.
    init(_ name: String) throws {
        self.name = name
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(name.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { path in
            path.copyBytes(from: bytes)
            if name.hasPrefix("@") { path[0] = 0 }
        }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        self.descriptor = descriptor
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        try #require(result == 0)
        Thread { [weak self] in
            var buffer = [UInt8](repeating: 0, count: 4096)
            while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 {
                let message = String(decoding: buffer[..<count], as: UTF8.self)
                self?.state.withLock { $0.append(message) }
            }
            close(descriptor)
        }.start()
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// The messages so far.
    var messages: [String] { state.withLock { $0 } }

    /// The number of times that replyd said that it is alive.
    var pulses: Int { messages.count { $0 == "WATCHDOG=1" } }
}
