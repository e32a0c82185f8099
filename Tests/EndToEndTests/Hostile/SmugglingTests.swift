import Foundation
import RawServer
import Testing

private let event = #"{"hook":"new","unique":"FIRST","from":"972501234567","type":"text","body":"x"}"#
private let second = #"{"hook":"new","unique":"SECOND","from":"972501234567","type":"text","body":"x"}"#

private func request(_ fields: String, _ body: String) -> String {
    "POST /webhook/\(Scene.digital) HTTP/1.1\r\nHost: x\r\nX-Webhook-Key: \(Scene.webhookSecret)\r\n\(fields)\r\n\r\n\(body)"
}

/// A second request, placed where two servers could disagree on the end of the request before it.
private let smuggled = request("Content-Length: \(second.utf8.count)", second)
private let length = event.utf8.count
private let chunk = String(length, radix: 16) + "\r\n" + event + "\r\n0\r\n\r\n"

/// Requests that two servers in a row might read differently.
private let ambiguous: [String: String] = [
    "two framings": request("Content-Length: \(length)\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
    "two framings, the other way": request("Transfer-Encoding: chunked\r\nContent-Length: 5", chunk),
    "two lengths": request("Content-Length: \(length)\r\nContent-Length: 0", event),
    "the same length twice": request("Content-Length: \(length)\r\nContent-Length: \(length)", event),
    "a list of lengths": request("Content-Length: \(length), \(length)", event),
    "a length with a sign": request("Content-Length: +\(length)", event),
    "a negative length": request("Content-Length: -1", event),
    "a hexadecimal length": request("Content-Length: 0x\(String(length, radix: 16))", event),
    "an endless length": request("Content-Length: 99999999999999999999999", event),
    "a space before the colon": request("Content-Length : \(length)", event),
    "a folded line": request("X-A: b\r\n Content-Length: 0\r\nContent-Length: \(length)", event),
    "a folded length": request("Content-Length:\r\n \(length)", event),
    "bare line feeds": request("Content-Length: \(length)", event).replacing("\r\n", with: "\n"),
    "one bare line feed": request("X-A: b\nContent-Length: \(length)", event),
    "a bare carriage return": request("X-A: b\rContent-Length: \(length)", event),
    "a zero byte": request("X-A: b\0c\r\nContent-Length: \(length)", event),
    "an unknown coding": request("Transfer-Encoding: xchunked", chunk),
    "a coding before chunked": request("Transfer-Encoding: gzip, chunked", chunk),
    "chunked, and then something": request("Transfer-Encoding: chunked, identity", chunk),
    "chunked in disguise": request("Transfer-Encoding: \u{B}chunked", chunk),
    "a chunk length with a prefix": request("Transfer-Encoding: chunked", "0x" + chunk),
    "a chunk length without end": request("Transfer-Encoding: chunked", "FFFFFFFFFFFFFFFFF\r\n" + event),
    "a chunk longer than it says": request("Transfer-Encoding: chunked", "5\r\n" + event + "\r\n0\r\n\r\n"),
    "a chunk ended by a line feed": request("Transfer-Encoding: chunked", chunk.replacing("\r\n", with: "\n")),
    "no HTTP at all": "\u{16}\u{3}\u{1}\0\u{5}hello\r\n\r\n",
    "two hosts": request("Host: y\r\nContent-Length: \(length)", event),
    "the same host twice": request("host: x\r\nContent-Length: \(length)", event),
    "no host": request("Content-Length: \(length)", event).replacing("Host: x\r\n", with: ""),
    "a host with a space": request("Content-Length: \(length)", event).replacing("Host: x", with: "Host: a b"),
    "a host with a path": request("Content-Length: \(length)", event).replacing("Host: x", with: "Host: a@b/c?d#e"),
    "a list of hosts": request("Content-Length: \(length)", event).replacing("Host: x", with: "Host: x, y"),
    "another version": request("Content-Length: \(length)", event).replacing("HTTP/1.1", with: "HTTP/2.0"),
]

@Suite(.serialized) struct SmugglingTests {
    @Test func whatTwoServersCouldReadDifferentlyIsRefusedAndTheConnectionEnds() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        for (name, bytes) in ambiguous {
            let client = try RawClient(port: running.port)
            client.send(bytes: Array((bytes + smuggled).utf8))
            let answer = await client.answer() ?? "no end"
            #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"), "\(name): \(answer)")
            #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2, "\(name): \(answer)")
        }
        #expect(try scene.messages() == [])
        _ = await scene.stop(running)
    }

    @Test func theAdminPortWantsOneHostAsWell() async throws {
        let scene = try await Scene(settings: AdminClient.settings)
        let running = try await scene.start()
        let admin = try await AdminClient(running.process)
        for (version, hosts, start) in [
            ("1.1", "Host: localhost\r\nHost: localhost\r\n", "400 Bad Request"), ("1.1", "", "400 Bad Request"),
            ("1.0", "", "200 OK"), ("1.1", "Host: localhost\r\n", "200 OK"),
        ] {
            let client = try RawClient(port: admin.port)
            client.send("GET /metrics HTTP/\(version)\r\n\(hosts)Connection: close\r\n\r\n")
            let answer = await client.answer() ?? "no end"
            #expect(answer.hasPrefix("HTTP/1.1 \(start)\r\n"), "\(version) \(hosts): \(answer.prefix(200))")
        }
        _ = await scene.stop(running)
    }

    /// Old libraries wait a second for leave to send their body, of the five in which providers want an answer.
    @Test func aClientThatAsksWhetherItMaySendIsToldSo() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        let client = try RawClient(port: running.port)
        client.send(
            bytes: Array(request("Expect: 100-continue\r\nConnection: close\r\nContent-Length: \(length)", "").utf8))
        #expect(await client.receives("HTTP/1.1 100 Continue\r\n\r\n"))
        client.send(bytes: Array(event.utf8))
        let answer = await client.answer() ?? "no end"
        #expect(answer.contains("HTTP/1.1 200 OK"), "\(answer)")
        #expect(try scene.messages() == ["FIRST"])
        _ = await scene.stop(running)
    }

    @Test(
        "The connection ends behind an answer where the client knows of no other end, or wants another protocol",
        arguments: [
            "GET /healthz HTTP/1.0\r\n\r\n",
            "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
            "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        ])
    func lastAnswer(head: String) async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        let client = try RawClient(port: running.port)
        client.send(head)
        let answer = try #require(await client.answer(), "no end")
        #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2, "\(answer)")
        _ = await scene.stop(running)
    }

    @Test func anAnswerToHeadHasNoBody() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        let client = try RawClient(port: running.port)
        let head = "HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        client.send(head + head.replacing("Host: x", with: "Host: x\r\nConnection: close"))
        let answers = (await client.answer() ?? "no end").components(separatedBy: "HTTP/1.1 ").dropFirst()
        #expect(answers.count == 2)
        for answer in answers {
            #expect(answer.lowercased().contains("content-length: ") && answer.hasSuffix("\r\n\r\n"), "\(answer)")
        }
        _ = await scene.stop(running)
    }

    @Test func twoProperRequestsInARowAreTwo() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        let client = try RawClient(port: running.port)
        // The first one has a chunk extension, which is valid and means nothing.
        let extended = chunk.replacing("\r\n" + event, with: ";a=b\r\n" + event)
        client.send(
            bytes: Array(
                (request("Transfer-Encoding: chunked", extended)
                    + smuggled.replacing("Host: x", with: "Host: x\r\nConnection: close")).utf8))
        let answer = await client.answer() ?? "no end"
        #expect(answer.components(separatedBy: "HTTP/1.1 200 OK").count == 3, "\(answer)")
        #expect(try scene.messages() == ["FIRST", "SECOND"])
        _ = await scene.stop(running)
    }

    enum LargeHead: String, CaseIterable {
        case longValue, manyFields

        var value: String {
            switch self {
            case .longValue: String(repeating: "x", count: 20_000)
            case .manyFields: String(repeating: "x\r\nX-A: ", count: 5000)
            }
        }
    }

    @Test(arguments: LargeHead.allCases)
    func headsThatAreTooLargeAreRefused(head: LargeHead) async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        let client = try RawClient(port: running.port)
        client.send(bytes: Array(request("X-A: \(head.value)\r\nContent-Length: \(length)", event).utf8))
        let answer = await client.answer() ?? "no end"
        #expect(answer.hasPrefix("HTTP/1.1 431 Request Header Fields Too Large\r\n"), "\(answer)")
        #expect(try scene.messages() == [])
        _ = await scene.stop(running)
    }

    /// A body that turns out too large ends the connection: the bytes that follow in it are no request.
    @Test func aBodyThatIsTooLargeIsNotTakenForMoreRequests() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        let client = try RawClient(port: running.port)
        let filling = String(repeating: " ", count: 300 << 10)
        let body = String(filling.utf8.count + smuggled.utf8.count, radix: 16) + "\r\n" + filling + smuggled
        client.send(bytes: Array(request("Transfer-Encoding: chunked", body + "\r\n0\r\n\r\n" + smuggled).utf8))
        let answer = await client.answer() ?? "no end"
        #expect(answer.hasPrefix("HTTP/1.1 413 "), "\(answer)")
        #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2)
        #expect(try scene.messages() == [])
        _ = await scene.stop(running)
    }
}
