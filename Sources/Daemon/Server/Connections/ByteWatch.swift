import NIOCore

/// Tells the guard of bytes before they are parsed, and drops those that are not taken any more.
final class ByteWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let owner: ConnectionGuard

    init(owner: ConnectionGuard) {
        self.owner = owner
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if owner.takesBytes() {
            context.fireChannelRead(data)
        } else {
            // Nobody else asks for more.
            context.read()
        }
    }
}
