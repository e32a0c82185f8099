import Foundation
import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import Testing

@testable import Daemon

/// A connection with a clock of its own and the parser that the server has.
private final class Connection {
    private final class Inbox: ChannelInboundHandler {
        typealias InboundIn = HTTPRequestPart
        var requests = 0
        var errors = 0

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if case .end = unwrapInboundIn(data) { requests += 1 }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { errors += 1 }
    }

    /// Closes one direction alone, as a socket does; the channel for tests closes both.
    private final class Socket: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer

        func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
            if mode == .all { context.close(promise: promise) } else { promise?.succeed() }
        }
    }

    let channel = EmbeddedChannel()
    private let inbox = Inbox()

    init(_ connections: OpenConnections = OpenConnections(costLimit: 1 << 30, countLimit: 1000)) throws {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(Socket())
        try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false, withErrorHandling: false)
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
        try pipeline.addHandler(ConnectionGuard(connections: connections))
        try pipeline.addHandler(inbox)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    deinit {
        try? channel.pipeline.syncOperations.context(handlerType: Socket.self).close(promise: nil)
        channel.embeddedEventLoop.run()
    }

    /// The number of requests that have arrived whole.
    var requests: Int { inbox.requests }
    /// The number of times that the responder was notified of an incomplete request.
    var errors: Int { inbox.errors }
    var isOpen: Bool { channel.isActive }

    func send(_ text: String) throws {
        try channel.writeInbound(ByteBuffer(string: text))
    }

    func pass(_ time: TimeAmount) {
        channel.embeddedEventLoop.advanceTime(by: time)
    }

    func answer(_ status: HTTPResponse.Status = .ok, _ fields: HTTPFields = [.contentLength: "0"]) throws {
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: status, headerFields: fields)))
        try channel.writeOutbound(HTTPResponsePart.end(nil))
    }

    /// The text that was written since the last call.
    var output: String {
        var text = ""
        while let bytes = try? channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: bytes) }
        return text
    }
}

private let head = "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"
private let justBefore = ConnectionGuard.requestTimeout - .milliseconds(1)

@Suite struct ConnectionGuardTests {
    @Test func aHeadThatTricklesIsCutOffHoweverOftenSomethingComes() throws {
        let connection = try Connection()
        for letter in "POST /x HT" {
            try connection.send(String(letter))
            connection.pass(.milliseconds(999))
        }
        #expect(connection.output == "")
        connection.pass(.milliseconds(10))
        #expect(
            connection.output
                == "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/json\r\nContent-Length: 55\r\nConnection: close\r\n\r\n{\"error\":\"the request did not come within 10 seconds\"}\n"
        )
        connection.pass(ConnectionGuard.farewellTimeout)
        #expect(!connection.isOpen)
    }

    @Test func aBodyThatTricklesIsCutOffAndNotTakenForAWholeOne() throws {
        let connection = try Connection()
        try connection.send(head + "{}")
        connection.pass(justBefore)
        try connection.send("     ")
        #expect(connection.output == "")
        connection.pass(.milliseconds(1))
        #expect(connection.output.hasPrefix("HTTP/1.1 408 "))
        #expect(connection.errors == 1)
        try connection.send("123")
        #expect(connection.requests == 0)
        connection.pass(ConnectionGuard.farewellTimeout)
        #expect(!connection.isOpen)
    }

    @Test func aRequestThatIsWholeWaitsForItsAnswerAsLongAsItTakes() throws {
        let connection = try Connection()
        try connection.send(head + "1234567890")
        connection.pass(.minutes(60))
        #expect(connection.isOpen)
        try connection.answer()
        #expect(connection.output == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    }

    @Test func aConnectionOnWhichNothingIsSaidIsClosedWithoutAWord() throws {
        let connection = try Connection()
        connection.pass(justBefore)
        #expect(connection.isOpen)
        connection.pass(.milliseconds(1) + ConnectionGuard.farewellTimeout)
        #expect(!connection.isOpen)
        #expect(connection.output == "")
    }

    @Test func anIdleConnectionIsKeptForAWhileAndEachRequestHasItsOwnTime() throws {
        let connection = try Connection()
        for _ in 1...3 {
            try connection.send(head)
            connection.pass(justBefore)
            try connection.send("1234567890")
            try connection.answer()
            connection.pass(ConnectionGuard.idleTimeout - .milliseconds(1))
        }
        #expect(connection.requests == 3)
        #expect(connection.isOpen)
        #expect(connection.output.components(separatedBy: "200 OK").count == 4)
        connection.pass(.milliseconds(1) + ConnectionGuard.farewellTimeout)
        #expect(!connection.isOpen)
        #expect(connection.output == "")
    }

    @Test func anAnswerThatEndsTheConnectionEndsItWhateverIsStillSent() throws {
        let connection = try Connection()
        try connection.send(head)
        try connection.answer(.contentTooLarge, [.contentLength: "0", .connection: "close"])
        try connection.send("1234567890" + head + "1234567890")
        #expect(connection.requests == 0)
        #expect(connection.output.hasPrefix("HTTP/1.1 413 "))
        connection.pass(ConnectionGuard.farewellTimeout)
        #expect(!connection.isOpen)
    }

    /// The second of two requests sent at once does not begin before the first is answered, and never begins if that
    /// answer ends the connection.
    @Test func requestsSentAtOnceAreTakenOneByOne() throws {
        let connection = try Connection()
        try connection.send(head + "1234567890" + head + "1234567890" + head)
        #expect(connection.requests == 1)
        try connection.answer()
        #expect(connection.requests == 2)
        try connection.answer(.contentTooLarge, [.contentLength: "0", .connection: "close"])
        try connection.send("1234567890")
        #expect(connection.requests == 2)
        #expect(connection.output.components(separatedBy: "HTTP/1.1").count == 3)

        let slow = try Connection()
        try slow.send(head + "1234567890" + head + "123")
        slow.pass(.minutes(1))
        try slow.answer()
        slow.pass(justBefore)
        try slow.send("4567890")
        #expect(slow.requests == 2)
        #expect(slow.output.components(separatedBy: "HTTP/1.1").count == 2)
    }

    @Test func aRequestThatWaitsForTheAnswerBeforeItHasNoDeadlineHoweverItsPartsCome() throws {
        let connection = try Connection()
        try connection.send(head + "1234567890" + head + "123")
        try connection.send("4567")
        connection.pass(.minutes(1))
        try connection.answer()
        connection.pass(justBefore)
        try connection.send("890")
        #expect(connection.requests == 2)
        #expect(connection.output == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    }

    @Test func whatIsNoHTTPIsAnsweredOnceTheRequestBeforeItIs() throws {
        let connection = try Connection()
        try connection.send(head + "1234567890" + "garbage\r\n\r\n")
        #expect(connection.output == "")
        try connection.answer()
        let output = connection.output
        #expect(output.hasPrefix("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 400 Bad Request\r\n"))
        try connection.send(head + "1234567890")
        #expect(connection.requests == 1)
        connection.pass(ConnectionGuard.farewellTimeout)
        #expect(!connection.isOpen)
    }

    @Test func whoNeverReadsHisAnswersIsCutOff() throws {
        let connection = try Connection()
        try connection.send(head + "1234567890")
        connection.channel.isWritable = false
        connection.channel.pipeline.fireChannelWritabilityChanged()
        connection.pass(ConnectionGuard.requestTimeout)
        #expect(!connection.isOpen)
    }

    // MARK: Memory

    @Test func theOldestHalfReadRequestGivesWayAndWholeOnesNever() throws {
        let cost = OpenConnections.connectionCost
        let connections = OpenConnections(costLimit: 4 * cost - 1, countLimit: 1000)
        let whole = try Connection(connections)
        try whole.send(head + "1234567890")
        let first = try Connection(connections)
        try first.send(head + "{")
        let second = try Connection(connections)
        #expect(first.output == "")
        try second.send(head + "{")
        let third = try Connection(connections)
        first.channel.embeddedEventLoop.run()
        #expect(first.output.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
        #expect(first.errors == 1)
        first.pass(ConnectionGuard.farewellTimeout)
        #expect(!first.isOpen)
        for connection in [whole, second, third] { connection.channel.embeddedEventLoop.run() }
        #expect(whole.isOpen && second.isOpen && third.isOpen)
        #expect(second.output == "")
    }

    @Test func bytesOfBodiesCountAndAreForgottenWithTheirAnswer() throws {
        let cost = OpenConnections.connectionCost + OpenConnections.copies * 10
        let connections = OpenConnections(costLimit: cost, countLimit: 1000)
        let connection = try Connection(connections)
        for _ in 1...5 {
            try connection.send(head + "1234567890")
            try connection.answer()
        }
        #expect(connection.requests == 5)
        try connection.send(head.replacing("10", with: "11") + "12345678901")
        #expect(connection.output.components(separatedBy: "200 OK").count == 6)
        connection.channel.embeddedEventLoop.run()
        #expect(connection.requests == 5)
        #expect(!connection.output.contains("200 OK"))
    }

    @Test func aRequestThatWaitedAndFindsNoRoomEndsTheConnectionSoon() throws {
        let cost = OpenConnections.connectionCost + OpenConnections.copies * 10
        let connection = try Connection(OpenConnections(costLimit: cost, countLimit: 1000))
        try connection.send(head + "1234567890" + head + "1")
        try connection.answer()
        #expect(connection.output.contains("HTTP/1.1 503 Service Unavailable\r\n"))
        #expect(connection.errors == 1)
        connection.pass(ConnectionGuard.hastyFarewellTimeout)
        #expect(!connection.isOpen)
    }

    @Test func tooManyConnectionsAreTooManyHoweverSmall() throws {
        let connections = OpenConnections(costLimit: 1 << 30, countLimit: 2)
        let all = try (1...3).map { _ in try Connection(connections) }
        all.forEach { $0.channel.embeddedEventLoop.run() }
        all.forEach { $0.pass(ConnectionGuard.farewellTimeout) }
        #expect(all.map(\.isOpen) == [false, true, true])
    }
}
