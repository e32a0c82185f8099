import Foundation

/// A client that sends exactly the bytes that a test gives it, HTTP or not.
public final class RawClient: Sendable {
    private let descriptor: Int32

    /// Connects to a port of this machine.
    ///
    /// - Throws: `POSIXError` if the port can't be connected to.
    public init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { [descriptor] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw POSIXError(.ECONNREFUSED) }
    }

    deinit { close(descriptor) }

    /// Shuts down the connection in both directions, even if an answer is still awaited.
    public func hangUp() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// Sends a text; returns `false` if the other side takes no more.
    @discardableResult
    public func send(_ text: String) -> Bool {
        send(bytes: Array(text.utf8))
    }

    /// Sends bytes; returns `false` if the other side takes no more.
    @discardableResult
    public func send(bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Whether the next bytes that come, within 60 seconds, are these.
    public func receives(_ expected: String) async -> Bool {
        await withCheckedContinuation { continuation in
            Thread { [descriptor] in
                var text: [UInt8] = []
                var byte: UInt8 = 0
                while text.count < expected.utf8.count {
                    var one = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                    guard poll(&one, 1, 60_000) > 0, recv(descriptor, &byte, 1, 0) == 1 else { break }
                    text.append(byte)
                }
                continuation.resume(returning: text == Array(expected.utf8))
            }.start()
        }
    }

    /// Returns everything that comes until the other side hangs up; `nil` if nothing comes for 60 seconds.
    public func answer() async -> String? {
        await withCheckedContinuation { continuation in
            Thread { [descriptor] in
                var text: [UInt8] = []
                var bytes = [UInt8](repeating: 0, count: 4096)
                while true {
                    var one = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                    guard poll(&one, 1, 60_000) > 0 else { return continuation.resume(returning: nil) }
                    let count = recv(descriptor, &bytes, bytes.count, 0)
                    guard count > 0 else { break }
                    text += bytes.prefix(count)
                }
                continuation.resume(returning: String(decoding: text, as: UTF8.self))
            }.start()
        }
    }
}
