public import Hummingbird
import NIOCore

/// What a server knows of a request beside the request itself: the connection that it came by.
public struct ConnectionContext: RequestContext {
    /// The parts that hummingbird asks of every context.
    public var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    /// Creates the context of a request on the connection of `source`.
    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// The address that opened the connection: a proxy's, if there is one in front.
    var peer: PeerAddress? { PeerAddress(channel.remoteAddress) }

    /// The port that the request came to.
    var port: Int? { channel.localAddress?.port }

    /// Returns what notifies when the client hangs up.
    func disconnection() async throws -> Disconnection {
        try await channel.eventLoop.submit { [channel] in
            try channel.pipeline.syncOperations.handler(type: ConnectionGuard.self).disconnection
        }.get()
    }
}
