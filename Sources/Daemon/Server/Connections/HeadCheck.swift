import NIOCore
import NIOHTTP1

/// Looks at heads of requests while all that was sent is still there: behind the codec nobody knows any more how many hosts
/// there were, and of which version the request is.
///
/// Turns away requests that name no host, or more than one (RFC 9112, 3.2), and bodies in a coding that is not ours: a
/// proxy in front may have read them in another way.
final class HeadCheck: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private let owner: ConnectionGuard
    private var isTurnedAway = false

    init(owner: ConnectionGuard) {
        self.owner = owner
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var part = unwrapInboundIn(data)
        if case .head(var head) = part {
            let refusal = Self.refusal(of: head)
            isTurnedAway = refusal != nil
            if let refusal { owner.refuse(refusal) }
            if Self.isLast(head) {
                head.headers.replaceOrAdd(name: "Connection", value: "close")
                // Who speaks HTTP/1.0 knows no answer before the answer.
                if head.version == .http1_0 { head.headers.remove(name: "Expect") }
                part = .head(head)
            }
        }
        if isTurnedAway { context.read() } else { context.fireChannelRead(wrapInboundOut(part)) }
    }

    /// `nil` if the request may go on.
    static func refusal(of head: HTTPRequestHead) -> ConnectionRefusal? {
        if head.headers.contains(name: "Transfer-Encoding") {
            let codings = head.headers[canonicalForm: "Transfer-Encoding"]
            guard codings.count == 1, codings[0].lowercased() == "chunked" else { return .unknownCoding }
        }
        let hosts = head.headers["Host"]
        switch hosts.count {
        case 0: return head.version == .http1_0 ? nil : .noHost
        case 1: return hosts[0].utf8.allSatisfy(isOfHost) ? nil : .oddHost
        default: return .severalHosts
        }
    }

    /// Whether a byte may be part of a host and its port (RFC 3986, 3.2.2).
    private static func isOfHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: ":"):
            true
        default: "-._~[]%!$&'()*+;=".utf8.contains(byte)
        }
    }

    /// Whether the client expects nothing more on the connection, or something that is no HTTP.
    ///
    /// Who speaks HTTP/1.0 takes the end of the connection for the end of the answer. Behind a request for another
    /// protocol the parser reads nothing more, so that a further request would be waited for in vain.
    private static func isLast(_ head: HTTPRequestHead) -> Bool {
        if head.method == .CONNECT || head.headers.contains(name: "Upgrade") { return true }
        guard head.version == .http1_0 else { return false }
        return !head.headers[canonicalForm: "Connection"].contains { $0.lowercased() == "keep-alive" }
    }
}
