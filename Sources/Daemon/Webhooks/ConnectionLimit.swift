import Foundation
import HummingbirdCore
import NIOCore

/// Takes only so many connections at once; those beyond wait in the system's queue until others end.
///
/// Providers, the database and rules files need descriptors too: without a reserve, idle connections to the webhook port
/// would keep replyd from sending.
struct ConnectionLimit: AvailableConnectionsDelegate {
    private static let most = 4096
    private static let reserve = 256

    /// Few people and programs look; what is reserved beside webhooks is for the providers too.
    private static let mostAtAdmin = 64

    private let limit: Int
    private let port: String
    private let notify: @Sendable (String) -> Void
    private var count = 0

    /// Up to so many may be open without anybody having to wait; beyond it those that say nothing give way.
    var comfortable: Int { limit - limit / 8 }

    /// A limit for a process that may have so many descriptors.
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

/// Stops accepting for a moment when the system has no descriptor for another connection.
///
/// NIO's own pause begins with the next read, and a failed accept leaves the last one pending: without this it would try
/// again at once, for ever, with all the CPU it can get.
final class AcceptPause: ChannelInboundHandler, Sendable {
    typealias InboundIn = Channel

    private static let length = TimeAmount.milliseconds(500)

    private let notify: @Sendable (String) -> Void

    init(notify: @escaping @Sendable (_ because: String) -> Void) {
        self.notify = notify
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let code = (error as? IOError)?.errnoCode, [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code) else {
            return context.fireErrorCaught(error)
        }
        notify(
            "no connection can be taken: \(String(cString: strerror(code))). Close what is not needed, or raise the limit of open files (`LimitNOFILE=`, `ulimit -n`); replyd goes on by itself."
        )
        let channel = context.channel
        channel.setOption(.autoRead, value: false).whenComplete { _ in }
        channel.eventLoop.scheduleTask(in: Self.length) {
            channel.setOption(.autoRead, value: true).whenComplete { _ in }
        }
    }
}
