import Foundation
import HTTPTransport
import RawServer
import Testing

private let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

private func request(_ server: RawServer, body: String = "{}", timeout: Duration = .seconds(5)) -> TransportRequest {
    TransportRequest(
        url: "http://127.0.0.1:\(server.port)/send", headers: ["Content-Type": "application/json"],
        body: Array(body.utf8),
        timeout: timeout
    )
}

private func isMaybeSent(_ error: any Error) -> Bool {
    if case TransportError.maybeSent = error { return true }
    return false
}

private func isNotSent(_ error: any Error) -> Bool {
    if case TransportError.notSent = error { return true }
    return false
}

@Suite struct HTTPTransportTests {
    private let transport = HTTPTransport(userAgent: "replyd-test")

    @Test func anAnswerComesBackWhole() async throws {
        let server = try RawServer(.answer("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nשל"))
        defer { server.stop() }
        let response = try await transport.send(request(server, body: "{\"a\":\"ב\"}"))
        #expect(response.status == 503)
        #expect(response.body == Array("של".utf8))
        #expect(response.retryAfter == .seconds(7))
        let received = try #require(server.received.first)
        #expect(received.hasPrefix("POST /send HTTP/1.1\r\n"))
        #expect(received.contains("User-Agent: replyd-test\r\n"))
        #expect(!received.contains("Expect:"))
        #expect(received.hasSuffix("\r\n\r\n{\"a\":\"ב\"}"))
    }

    @Test func ofAHeadTheLengthAndTheTypeAreReadAndNoBodyIsAwaited() async throws {
        let server = try RawServer(
            .answer("HTTP/1.1 200 OK\r\nContent-Type: image/png; x=y\r\nContent-Length: 7000000\r\n\r\n"))
        defer { server.stop() }
        for isHead in [true, true, false] {
            let url = "http://127.0.0.1:\(server.port)/a.png"
            let request = TransportRequest(get: url, headers: ["X-A": "b"], isHead: isHead, timeout: .seconds(1))
            guard isHead else {
                await #expect(throws: TransportError.self) { try await transport.send(request) }
                continue
            }
            let response = try await transport.send(request)
            #expect(response.length == 7_000_000 && response.type == "image/png; x=y" && response.body.isEmpty)
        }
        #expect(server.received.map { $0.prefix { $0 != " " } } == ["HEAD", "HEAD", "GET"])
        #expect(server.received.allSatisfy { $0.contains("X-A: b\r\n") })
    }

    @Test func whatIsOnlyAskedForHasNoBodyAndTheServersClockIsRead() async throws {
        let server = try RawServer(
            .answer("HTTP/1.1 200 OK\r\nDate: Tue, 14 Nov 2023 22:13:20 GMT\r\nContent-Length: 2\r\n\r\nok"))
        defer { server.stop() }
        // Also on a handle that has posted before.
        for request in [request(server), nil, request(server)] {
            let url = "http://127.0.0.1:\(server.port)/healthz"
            let response =
                if let request { try await transport.send(request) } else {
                    try await transport.get(url, timeout: .seconds(5))
                }
            #expect(response.status == 200 && response.body == Array("ok".utf8))
            #expect(response.date == 1_700_000_000)
        }
        #expect(server.received.map { $0.prefix { $0 != " " } } == ["POST", "GET", "POST"])
        #expect(server.received[1].hasSuffix("\r\n\r\n") && !server.received[1].contains("Content-Length"))
    }

    @Test func oneConnectionServesManyRequests() async throws {
        let server = try RawServer(.answer(ok))
        defer { server.stop() }
        for _ in 0..<20 { #expect(try await transport.send(request(server)).status == 200) }
        // A connection that has been idle for half a minute is not used again: a busy machine may take that long.
        #expect(server.connections <= 2)
    }

    @Test func manyRequestsRunSideBySide() async throws {
        let server = try RawServer(.answer(ok))
        defer { server.stop() }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<200 { group.addTask { try await transport.send(request(server)).status } }
            for try await status in group { #expect(status == 200) }
        }
        #expect(server.connections <= 32)
    }

    @Test func whereNobodyListensNothingWasSent() async throws {
        let server = try RawServer(.answer(ok))
        server.stop()
        await #expect { try await transport.send(request(server)) } throws: { isNotSent($0) }
        var unknown = request(server)
        unknown.url = "http://no-such-host.invalid/"
        await #expect { try await transport.send(unknown) } throws: { isNotSent($0) }
        unknown.url = "ftp://127.0.0.1/"
        await #expect { try await transport.send(unknown) } throws: { isNotSent($0) }
        unknown.url = "file:///etc/passwd"
        await #expect { try await transport.send(unknown) } throws: { isNotSent($0) }
    }

    @Test(arguments: [RawServer.Step.close, .reset, .hang])
    func whoReadsAndDoesNotAnswerMayHaveTakenIt(step: RawServer.Step) async throws {
        let server = try RawServer(step)
        defer { server.stop() }
        await #expect { try await transport.send(request(server, timeout: .milliseconds(500))) } throws: {
            isMaybeSent($0)
        }
        #expect(server.received.count == 1)
    }

    /// libcurl repeats a request by itself if a kept connection turns out dead, but the first one may have been read.
    @Test(arguments: [RawServer.Step.close, .reset])
    func aRequestOnAKeptConnectionIsNeverWrittenTwice(step: RawServer.Step) async throws {
        let server = try RawServer(.answer(ok), step, .answer(ok))
        defer { server.stop() }
        #expect(try await transport.send(request(server)).status == 200)
        await #expect { try await transport.send(request(server)) } throws: { isMaybeSent($0) }
        #expect(server.received.count == 2)
        #expect(try await transport.send(request(server)).status == 200)
    }

    @Test func redirectsAreNotFollowed() async throws {
        let elsewhere = try RawServer(.answer(ok))
        let server = try RawServer(
            .answer("HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:\(elsewhere.port)/\r\nContent-Length: 0\r\n\r\n"))
        defer {
            server.stop()
            elsewhere.stop()
        }
        #expect(try await transport.send(request(server)).status == 307)
        #expect(elsewhere.connections == 0)
    }

    @Test func anAnswerWithoutEndIsCutOff() async throws {
        let server = try RawServer(.flood(10 << 20))
        defer { server.stop() }
        let answer = try await transport.send(request(server))
        #expect(answer.status == 200 && answer.body.count <= HTTPTransport.bodyLimit)
    }

    /// Otherwise a link of the business that answers much, or slowly, would get the same post for a day.
    @Test(arguments: [
        RawServer.Step.flood(10 << 20),
        .trickle("HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + String(repeating: "x", count: 9000)),
        .answer("HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n"),
    ])
    func whereTheAnswerDoesNotMatterItsStatusIsEnough(step: RawServer.Step) async throws {
        let server = try RawServer(step)
        defer { server.stop() }
        var post = request(server, timeout: .milliseconds(300))
        post.readsAnswer = false
        let answer = try await transport.send(post)
        #expect(answer.status == 200 && answer.body.isEmpty)
        #expect(server.received.count == 1)
    }

    @Test func anAnswerThatTricklesIsWaitedForOnlySoLong() async throws {
        let server = try RawServer(.trickle(ok))
        defer { server.stop() }
        #expect(try await transport.send(request(server)).status == 200)
        let slow = try RawServer(
            .trickle("HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + String(repeating: "x", count: 9000)))
        defer { slow.stop() }
        await #expect { try await transport.send(request(slow, timeout: .milliseconds(300))) } throws: {
            isMaybeSent($0)
        }
    }

    @Test func whatIsNoHTTPIsNoAnswer() async throws {
        let server = try RawServer(.answer("SSH-2.0-OpenSSH_9\r\n"))
        defer { server.stop() }
        await #expect { try await transport.send(request(server, timeout: .seconds(1))) } throws: { isMaybeSent($0) }
    }

    @Test func closingEndsWhatIsUnderWayAndTakesNothingMore() async throws {
        let server = try RawServer(.hang)
        defer { server.stop() }
        let transport = HTTPTransport(userAgent: "t")
        let hanging = Task { try await transport.send(request(server, timeout: .seconds(60))) }
        while server.received.isEmpty { await Task.yield() }
        transport.close()
        await #expect { try await hanging.value } throws: { isMaybeSent($0) }
        await #expect { try await transport.send(request(server)) } throws: { isNotSent($0) }
    }
}
