import Dispatch
public import Foundation
import Synchronization

/// Notifies the service manager of the state of replyd: ready, loading its rules anew, stopping, alive.
///
/// It speaks systemd's protocol: datagrams to the socket that `NOTIFY_SOCKET` names (sd_notify(3)). If that socket
/// can't be used, nothing is sent.
public final class SystemdNotifier: Sendable {
    /// The interval in which the service manager expects a sign of life; `nil` if it expects none.
    let watchdogInterval: Duration?
    /// The reason why the socket can't be used; `nil` if it can.
    public let problem: String?
    private let descriptor: Int32
    /// Whether replyd is ready and not yet stopping. States are sent under the lock, one after another.
    private let isReady = Mutex(false)

    /// Connects to the service manager that these variables name; returns `nil` if they name none.
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

    /// Notifies that replyd takes webhooks.
    ///
    /// - Parameter status: The text that `systemctl status` shows.
    func ready(_ status: String) {
        isReady.withLock { isReady in
            isReady = true
            send("READY=1\nSTATUS=\(status)")
        }
    }

    /// Notifies that the rules are about to be loaded anew; ``reloaded(_:)`` follows.
    func reloading() {
        isReady.withLock { isReady in
            guard isReady else { return }
            // The time, of CLOCK_MONOTONIC, tells systemd whether this was sent before or after the signal that asked
            // for it.
            send("RELOADING=1\nMONOTONIC_USEC=\(DispatchTime.now().uptimeNanoseconds / 1000)")
        }
    }

    /// Notifies that the rules were loaded, or are refused.
    ///
    /// - Parameter status: The text that `systemctl status` shows.
    func reloaded(_ status: String) {
        isReady.withLock { isReady in
            if isReady { send("READY=1\nSTATUS=\(status)") }
        }
    }

    /// Notifies that replyd is about to end.
    func stopping() {
        isReady.withLock { isReady in
            isReady = false
            send("STOPPING=1")
        }
    }

    /// Notifies that replyd does its work.
    func alive() {
        send("WATCHDOG=1")
    }

    private func send(_ message: String) {
        guard descriptor >= 0 else { return }
        // A service manager that reads nothing must not hold us up.
        let flags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
        _ = message.withCString { Foundation.send(descriptor, $0, strlen($0), flags) }
    }

    /// Returns a datagram socket that is connected to a path or, if the name begins with `@`, to an abstract name
    /// (unix(7)); -1 with the reason in `errno` if there is none.
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
