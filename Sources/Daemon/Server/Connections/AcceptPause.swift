import Foundation
import NIOCore

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
