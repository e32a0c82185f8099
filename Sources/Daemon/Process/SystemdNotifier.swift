import Dispatch
public import Foundation
import Synchronization

/// Tells the service manager how replyd is: ready, loading its rules anew, stopping, alive.
///
/// Speaks systemd's protocol, datagrams to the socket that `NOTIFY_SOCKET` names (sd_notify(3)); without such a socket
/// nothing happens.
public final class SystemdNotifier: Sendable {
    /// How often it wants to hear that replyd is alive; nil where it does not.
    let watchdogInterval: Duration?
    /// Why the socket can't be used; nil where it can.
    public let problem: String?
    private let descriptor: Int32
    /// Between being ready and stopping; what is sent meanwhile is sent one after another.
    private let isReady = Mutex(false)

    /// The service manager that these variables lead to; nil where there is none.
    public init?(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
        guard let socket = environment["NOTIFY_SOCKET"], !socket.isEmpty else { return nil }
        // The variable may have been inherited from a process that was watched; then it is not for us.
        let isForUs = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
        let interval = environment["WATCHDOG_USEC"].flatMap(Int64.init).flatMap { $0 > 0 && isForUs ? $0 : nil }
        watchdogInterval = interval.map { .microseconds($0) }
        descriptor = Self.connected(to: socket)
        problem =
            descriptor < 0
            ? "the service manager's socket '\(socket)' (NOTIFY_SOCKET) can't be used: \(String(cString: strerror(errno)))"
            : nil
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Webhooks are taken.
    ///
    /// - Parameter status: What `systemctl status` shows.
    func ready(_ status: String) {
        isReady.withLock { isReady in
            isReady = true
            send("READY=1\nSTATUS=\(status)")
        }
    }

    /// The rules are about to be loaded anew; ``reloaded(_:)`` follows.
    func reloading() {
        isReady.withLock { isReady in
            guard isReady else { return }
            // By its time, of CLOCK_MONOTONIC, it is known whether it was sent before or after the signal that asked for it.
            send("RELOADING=1\nMONOTONIC_USEC=\(DispatchTime.now().uptimeNanoseconds / 1000)")
        }
    }

    /// The rules were loaded, or are refused.
    ///
    /// - Parameter status: What `systemctl status` shows.
    func reloaded(_ status: String) {
        isReady.withLock { isReady in
            if isReady { send("READY=1\nSTATUS=\(status)") }
        }
    }

    /// replyd is about to end.
    func stopping() {
        isReady.withLock { isReady in
            isReady = false
            send("STOPPING=1")
        }
    }

    /// replyd does its work.
    func alive() {
        send("WATCHDOG=1")
    }

    private func send(_ message: String) {
        guard descriptor >= 0 else { return }
        // A service manager that reads nothing must not hold us up.
        let flags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
        _ = message.withCString { Foundation.send(descriptor, $0, strlen($0), flags) }
    }

    /// A datagram socket that is connected to a path or, where the name begins with `@`, to an abstract name (unix(7));
    /// -1 with the reason in `errno`.
    private static func connected(to name: String) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(name.utf8)
        // One byte is left for the NUL behind a path.
        guard bytes.first == UInt8(ascii: "/") || bytes.first == UInt8(ascii: "@"),
            bytes.count < MemoryLayout.size(ofValue: address.sun_path)
        else {
            errno = EAFNOSUPPORT
            return -1
        }
        withUnsafeMutableBytes(of: &address.sun_path) { path in
            path.copyBytes(from: bytes)
            if bytes[0] == UInt8(ascii: "@") { path[0] = 0 }
        }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return -1 }
        let length = MemoryLayout<sa_family_t>.size + bytes.count
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(length)) }
        }
        guard result == 0 else {
            let code = errno
            close(descriptor)
            errno = code
            return -1
        }
        return descriptor
    }
}
