import Foundation
import HummingbirdCore

/// Bounds the connections that are open at once; those beyond wait in the system's queue until others end.
///
/// Providers, the database and rules files need descriptors too: without a reserve, idle connections to the webhook port
/// would keep replyd from sending.
struct ConnectionLimit: AvailableConnectionsDelegate {
    private static let most = 4096
    private static let reserve = 256

    /// Few people and programs look; the reserve is for the providers too.
    private static let mostAtAdmin = 64

    private let limit: Int
    private let port: String
    private let notify: @Sendable (String) -> Void
    private var count = 0

    /// The number of connections beyond which those that say nothing give way, so that nobody has to wait.
    var comfortable: Int { limit - limit / 8 }

    /// The webhook port's limit, in a process that may have this many descriptors.
    init(descriptors: Int, notify: @escaping @Sendable (_ because: String) -> Void) {
        self.init(
            limit: min(Self.most, max(descriptors - Self.reserve, descriptors / 4)), port: "webhook", notify: notify)
    }

    private init(limit: Int, port: String, notify: @escaping @Sendable (_ because: String) -> Void) {
        self.limit = limit
        self.port = port
        self.notify = notify
    }

    /// The limit of the admin port.
    static func forAdmin(notify: @escaping @Sendable (_ because: String) -> Void) -> ConnectionLimit {
        ConnectionLimit(limit: mostAtAdmin, port: "admin", notify: notify)
    }

    mutating func connectionOpened() { count += 1 }

    mutating func connectionClosed() { count -= 1 }

    func isAcceptingNewConnections() -> Bool {
        if count < limit { return true }
        notify(
            "\(limit) connections are open at the \(port) port, and more are not taken until some of them end. Look who opens them; where they are needed, raise the limit of open files (`LimitNOFILE=`, `ulimit -n`)."
        )
        return false
    }
}
