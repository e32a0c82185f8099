import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Keeps one connection within bounds of time and memory, and answers what is no HTTP.
///
/// A client that is cut off hears why if an answer may still be sent; then the connection ends. ``ConnectionState`` decides
/// all of it: the handler turns what happens to the channel into events, and does what they ask for.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// The time for a request to come, and for an answer to be read. The providers wait five seconds for their answer:
    /// nobody waits for what takes longer than this to come.
    static let requestTimeout = TimeAmount.seconds(10)
    /// The time that a connection is kept for the next request: longer than proxies keep theirs (nginx: 60 seconds), for a
    /// request must not meet a connection that is being closed.
    static let idleTimeout = TimeAmount.seconds(75)
    static let farewellTimeout = TimeAmount.seconds(2)
    static let hastyFarewellTimeout = TimeAmount.milliseconds(100)

    /// A request or its answer ended before it was whole.
    struct BrokenOff: Error {}

    /// Notifies when the client hangs up.
    let disconnection = Disconnection()
    private let connections: OpenConnections
    private var ticket: OpenConnections.Ticket?
    private var context: ChannelHandlerContext?
    private var timer: Scheduled<Void>?
    private var state = ConnectionState()

    init(connections: OpenConnections) {
        self.connections = connections
    }

    // MARK: Events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        try? context.pipeline.syncOperations.addHandler(ByteWatch(owner: self), position: .first)
        if let codec = try? context.pipeline.syncOperations.handler(type: HTTP1ToHTTPServerCodec.self) {
            try? context.pipeline.syncOperations.addHandler(HeadCheck(owner: self), position: .before(codec))
        }
        if context.channel.isActive { perform(state.opened()) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        perform(state.ended())
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        perform(state.opened())
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        perform(state.ended())
        context.fireChannelInactive()
    }

    /// Returns whether bytes that have come may go on to the parser.
    func takesBytes() -> Bool {
        guard let actions = state.receivedBytes() else { return false }
        perform(actions)
        return true
    }

    func refuse(_ refusal: ConnectionRefusal) {
        perform(state.refuse(refusal))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        perform(state.received(unwrapInboundIn(data)))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard state.takesRequests else { return }
        guard context.channel.isActive else {
            // The parser's, of a request that the client hung up in the middle of.
            context.fireErrorCaught(error)
            return
        }
        if case HTTPParserError.headerOverflow = error { refuse(.headTooLarge) } else { refuse(.malformed) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event {
            perform(state.inputClosed())
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        perform(state.changedWritability(isWritable: context.channel.isWritable))
        context.fireChannelWritabilityChanged()
    }

    func read(context: ChannelHandlerContext) {
        perform(state.requestedRead())
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard let actions = state.answered(unwrapOutboundIn(data)) else {
            promise?.fail(BrokenOff())
            return
        }
        if case .body = unwrapOutboundIn(data), state.wantsHeadAlone {
            promise?.succeed()
            return
        }
        context.write(data, promise: promise)
        perform(actions)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if state.isSayingFarewell {
            // It ends soon by itself.
            context.channel.closeFuture.cascade(to: promise)
        } else if mode == .output {
            perform(state.shut())
            promise?.succeed()
        } else {
            context.close(mode: mode, promise: promise)
        }
    }

    // MARK: Actions

    private func perform(_ actions: [ConnectionState.Action]) {
        for action in actions {
            if let context { perform(action, context) }
        }
    }

    private func perform(_ action: ConnectionState.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .join: join(context)
        case .wait: if let ticket { connections.waits(ticket) }
        case .leave: if let ticket { connections.close(ticket) }
        case .arm(let deadline): arm(deadline, context)
        case .disarm: timer?.cancel()
        case .admit(let part):
            guard state.passesRequests else { break }
            perform(hasRoom(for: part) ? state.admitted(part) : state.giveWay())
        case .invite:
            context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
        case .pass(let part): context.fireChannelRead(wrapInboundOut(part))
        case .passReadComplete: context.fireChannelReadComplete()
        case .passInputClosed: context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        case .breakOff: context.fireErrorCaught(BrokenOff())
        case .notifyDisconnection: disconnection.happened()
        case .read: context.read()
        case .refuse(let refusal):
            for part in refusal.answer { context.write(wrapOutboundOut(part), promise: nil) }
            context.flush()
        case .flush: context.flush()
        case .closeOutput: context.close(mode: .output, promise: nil)
        case .close: context.close(promise: nil)
        }
    }

    private func join(_ context: ChannelHandlerContext) {
        let eventLoop = context.eventLoop
        let owner = NIOLoopBound(self, eventLoop: eventLoop)
        ticket = connections.open {
            eventLoop.execute { owner.value.perform(owner.value.state.giveWay()) }
        }
    }

    private func hasRoom(for part: HTTPRequestPart) -> Bool {
        guard let ticket else { return true }
        return switch part {
        case .head: true
        case .body(let bytes): connections.holds(ticket, bytes: bytes.readableBytes)
        case .end: connections.isWhole(ticket)
        }
    }

    private func arm(_ deadline: ConnectionState.Deadline, _ context: ChannelHandlerContext) {
        timer?.cancel()
        let time =
            switch deadline {
            case .request, .unread: Self.requestTimeout
            case .idle: Self.idleTimeout
            case .farewell: Self.farewellTimeout
            case .hastyFarewell: Self.hastyFarewellTimeout
            }
        timer = context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: time) {
            self.perform(self.state.passed(deadline))
        }
    }
}
