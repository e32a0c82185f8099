import NIOCore
import NIOHTTP1

/// Turns away requests that name no host, or more than one (RFC 9112, 3.2): a proxy in front may have taken another one for
/// the right one.
final class HostCheck: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private let owner: ConnectionGuard
    private var isTurnedAway = false

    init(owner: ConnectionGuard) {
        self.owner = owner
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) {
            let refusal = Self.refusal(hosts: head.headers["Host"].count, version: head.version)
            isTurnedAway = refusal != nil
            if let refusal { owner.refuse(refusal) }
        }
        if isTurnedAway { context.read() } else { context.fireChannelRead(data) }
    }

    /// `nil` if a request of this version may name this number of hosts.
    static func refusal(hosts count: Int, version: HTTPVersion) -> ConnectionRefusal? {
        switch count {
        case 0: version == .http1_0 ? nil : .noHost
        case 1: nil
        default: .severalHosts
        }
    }
}
