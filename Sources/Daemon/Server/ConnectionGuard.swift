import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import JSONText

/// Keeps one connection within bounds of time and memory, and answers whatever is no HTTP.
///
/// Whoever is cut off hears why where an answer may still be sent; then the connection ends. A request that has not come
/// as a whole ends as an error, so that nobody takes half a body for all of it.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// From the first byte of a request to its last. The providers wait five seconds for their answer: what takes longer
    /// than this to come is awaited by nobody. Also how long an answer may lie unread.
    static let requestTimeout = TimeAmount.seconds(10)
    /// How long a connection is kept for the next request: longer than proxies keep theirs (nginx: 60 seconds), for a
    /// request must not meet a connection that is being closed.
    static let idleTimeout = TimeAmount.seconds(75)
    /// How long a client may take to read its last answer and to hang up. Closing at once would wipe an answer out while
    /// the client still sends.
    static let farewellTimeout = TimeAmount.seconds(2)
    /// The same where the place is needed by others.
    static let hastyFarewellTimeout = TimeAmount.milliseconds(100)

    /// A request ended before all of it had come.
    struct BrokenOff: Error {}

    private enum Reading {
        case nothing
        case head
        case body
    }

    private enum Deadline {
        case request
        case idle
        case unread
        case farewell
    }

    private struct Refusal {
        var status: HTTPResponse.Status
        var why: String
        var retryAfter: String?
    }

    /// Whether somebody is still there to be answered.
    let disconnection = Disconnection()
    private let connections: OpenConnections
    private var ticket: OpenConnections.Ticket?
    private var context: ChannelHandlerContext?
    private var timer: Scheduled<Void>?
    private var reading = Reading.nothing
    private var hasBegun = false
    private var headsRead = 0
    private var answersWritten = 0
    private var isWritingAnswer = false
    private var isLastAnswer = false
    private var isShut = false
    private var isInHaste = false
    /// What has come of requests behind the one that is being answered. Passed on at once, they would be executed even
    /// where that answer ends the connection.
    private var held: [HTTPRequestPart] = []
    private var isReadHeld = false
    /// Waits until the requests before are answered.
    private var refusal: Refusal?

    init(connections: OpenConnections) {
        self.connections = connections
    }

    // MARK: Connection

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let watch = ByteWatch(owner: self)
        try? context.pipeline.syncOperations.addHandler(watch, position: .first)
        // Behind it nobody knows any more how many there were, and of which version the request is.
        if let codec = try? context.pipeline.syncOperations.handler(type: HTTP1ToHTTPServerCodec.self) {
            try? context.pipeline.syncOperations.addHandler(HostCheck(owner: self), position: .before(codec))
        }
        if context.channel.isActive { opened(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        opened(context)
        context.fireChannelActive()
    }

    private func opened(_ context: ChannelHandlerContext) {
        guard ticket == nil else { return }
        let guardian = NIOLoopBound(self, eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        ticket = connections.open { eventLoop.execute { guardian.value.giveWay() } }
        // A connection is opened to say something.
        expect(.request)
    }

    func channelInactive(context: ChannelHandlerContext) {
        ended()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        ended()
        self.context = nil
    }

    private func ended() {
        timer?.cancel()
        disconnection.happened()
        if let ticket { connections.close(ticket) }
        isShut = true
    }

    // MARK: Requests

    /// Returns whether the bytes may go on to the parser.
    fileprivate func received() -> Bool {
        guard !isShut, refusal == nil else { return false }
        // A request that waits here has no deadline until its turn comes.
        if reading == .nothing, held.isEmpty {
            reading = .head
            if headsRead == answersWritten, let ticket { connections.waits(ticket) }
            if hasBegun { expect(.request) }
            hasBegun = true
        }
        return true
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        take(unwrapInboundIn(data), context)
    }

    private func take(_ part: HTTPRequestPart, _ context: ChannelHandlerContext) {
        guard !isShut, refusal == nil else { return }
        if case .head = part, headsRead > answersWritten {
            held.append(part)
            timer?.cancel()
            return
        }
        guard held.isEmpty else { return held.append(part) }
        switch part {
        case .head:
            headsRead += 1
            reading = .body
        case .body(let bytes):
            // What is still read of a request that has its answer is dropped.
            if headsRead > answersWritten, let ticket, !connections.holds(ticket, bytes: bytes.readableBytes) {
                giveWay()
                return
            }
        case .end:
            if let ticket, !connections.isWhole(ticket) {
                giveWay()
                return
            }
            reading = .nothing
            timer?.cancel()
            if headsRead == answersWritten { becameIdle() }
        }
        context.fireChannelRead(wrapInboundOut(part))
    }

    /// Asks for no more while requests wait here.
    func read(context: ChannelHandlerContext) {
        if held.isEmpty { context.read() } else { isReadHeld = true }
    }

    /// The request before is answered: the next one's turn.
    private func takeHeld(_ context: ChannelHandlerContext) {
        let parts = held
        held = []
        for part in parts { take(part, context) }
        if reading != .nothing, !isShut { expect(.request) }
        context.fireChannelReadComplete()
        guard held.isEmpty, isReadHeld else { return }
        isReadHeld = false
        context.read()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isShut, refusal == nil else { return }
        guard context.channel.isActive else {
            context.fireErrorCaught(error)
            return
        }
        if case HTTPParserError.headerOverflow = error {
            refuse(
                Refusal(
                    status: .requestHeaderFieldsTooLarge,
                    why: "the header fields are larger than \(RequestLimits.headSize >> 10) KiB"))
        } else {
            refuse(Refusal(status: .badRequest, why: "this is not HTTP as RFC 9112 wants it"))
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { disconnection.happened() }
        if isShut, case ChannelEvent.inputClosed = event {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    /// A head has come with so many hosts. Returns whether it may go on.
    fileprivate func namesHosts(_ count: Int, isRequired: Bool) -> Bool {
        if count == 1 || (count == 0 && !isRequired) { return true }
        refuse(
            Refusal(
                status: .badRequest,
                why: "\(count == 0 ? "there is no Host" : "there is more than one Host") in the request"))
        return false
    }

    // MARK: Answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isShut else {
            promise?.fail(BrokenOff())
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(let head):
            isWritingAnswer = true
            isLastAnswer = head.headerFields[.connection] == "close"
            context.write(data, promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            context.write(data, promise: promise)
            isWritingAnswer = false
            answersWritten += 1
            if isLastAnswer {
                context.flush()
                shut()
            } else if headsRead == answersWritten {
                if let refusal {
                    refuse(refusal)
                } else if !held.isEmpty {
                    takeHeld(context)
                } else if reading == .nothing {
                    becameIdle()
                }
            }
        }
    }

    private func becameIdle() {
        if let ticket { connections.waits(ticket) }
        expect(.idle)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if !context.channel.isWritable, !isShut { expect(.unread) }
        context.fireChannelWritabilityChanged()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if isShut, context.channel.isActive {
            // The farewell is under way; it ends soon, whoever else wants it to.
            context.channel.closeFuture.cascade(to: promise)
        } else if mode == .output {
            shut()
            promise?.succeed()
        } else {
            context.close(mode: mode, promise: promise)
        }
    }

    // MARK: Cutting off

    /// Ends the connection in favour of others.
    private func giveWay() {
        guard !isShut else { return }
        isInHaste = true
        if reading == .nothing, headsRead == answersWritten {
            shut()
        } else {
            refuse(Refusal(status: .serviceUnavailable, why: "too many requests at once", retryAfter: "1"))
        }
    }

    private func expect(_ deadline: Deadline) {
        timer?.cancel()
        let time =
            switch deadline {
            case .request, .unread: Self.requestTimeout
            case .idle: Self.idleTimeout
            case .farewell: isInHaste ? Self.hastyFarewellTimeout : Self.farewellTimeout
            }
        timer = context?.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(in: time) { self.passed(deadline) }
    }

    private func passed(_ deadline: Deadline) {
        guard let context else { return }
        switch deadline {
        case .request where hasBegun:
            let seconds = Self.requestTimeout.nanoseconds / 1_000_000_000
            refuse(Refusal(status: .requestTimeout, why: "the request did not come within \(seconds) seconds"))
        case .request, .idle:
            shut()
        case .unread:
            // Writable again: whoever reads slowly reads.
            if context.channel.isWritable { return }
            isShut = true
            context.close(promise: nil)
        case .farewell:
            context.close(promise: nil)
        }
    }

    /// Answers the request that is being read, once those before it are answered, and ends the connection.
    private func refuse(_ refusal: Refusal) {
        guard let context, !isShut else { return }
        let isAnswered = reading == .body && headsRead == answersWritten
        let before = reading == .body ? headsRead - 1 : headsRead
        if !isAnswered {
            guard answersWritten >= before, !isWritingAnswer else {
                self.refusal = refusal
                return
            }
            let body = JSON.error(refusal.why).line
            var fields: HTTPFields = [
                .contentType: "application/json", .contentLength: "\(body.readableBytes)", .connection: "close",
            ]
            if let retryAfter = refusal.retryAfter { fields[.retryAfter] = retryAfter }
            context.write(
                wrapOutboundOut(.head(HTTPResponse(status: refusal.status, headerFields: fields))), promise: nil)
            context.write(wrapOutboundOut(.body(body)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
        shut()
    }

    /// Takes and says nothing more, and hangs up as soon as the client has.
    private func shut() {
        guard let context, !isShut else { return }
        isShut = true
        held = []
        if let ticket { connections.waits(ticket) }
        expect(.farewell)
        context.fireErrorCaught(BrokenOff())
        context.close(mode: .output, promise: nil)
        context.read()
    }
}

/// Tells the guard of bytes before they are parsed: of a head that trickles the parser says nothing until it is whole.
private final class ByteWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let owner: ConnectionGuard

    init(owner: ConnectionGuard) {
        self.owner = owner
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if owner.received() {
            context.fireChannelRead(data)
        } else {
            // Nobody else asks for more.
            context.read()
        }
    }
}

/// Turns away requests that name no host, or more than one, as RFC 9112, 3.2 wants it: who stands in front may have taken
/// another one for the right one.
private final class HostCheck: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private let owner: ConnectionGuard
    private var isTurnedAway = false

    init(owner: ConnectionGuard) {
        self.owner = owner
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) {
            isTurnedAway = !owner.namesHosts(head.headers["Host"].count, isRequired: head.version != .http1_0)
        }
        if isTurnedAway { context.read() } else { context.fireChannelRead(data) }
    }
}
