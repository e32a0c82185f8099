import Foundation
import FoundationNetworking
import HTTPTransport
import RawServer
import Testing

private func head(_ length: Int) -> String {
    """
    POST /webhook/\(Scene.digital) HTTP/1.1\r
    Host: x\r
    X-Webhook-Key: \(Scene.webhookSecret)\r
    Content-Type: application/json\r
    Content-Length: \(length)\r
    \r\n
    """
}

/// Clients that begin a request and go no further, in a process of their own, with open files of its own.
private final class SlowClients: Sendable {
    private let input = Pipe()
    private let output = Pipe()

    init(_ count: Int, port: Int, request: String) throws {
        let script = """
            ulimit -n $(ulimit -Hn)
            for ((i = 0; i < $1; i++)); do
                exec {client}<>/dev/tcp/127.0.0.1/$2 && printf %s "$3" >&$client || exit 1
            done
            echo begun
            read
            """
        _ = try ChildProcess(
            ["bash", "-c", script, "clients", "\(count)", "\(port)", request], input: input, output: output)
    }

    deinit { hangUp() }

    /// Waits until all clients have begun; returns `false` if they could not.
    func haveBegun() async -> Bool {
        await withCheckedContinuation { continuation in
            Thread { [output] in
                continuation.resume(returning: output.fileHandleForReading.nextData == Data("begun\n".utf8))
            }.start()
        }
    }

    func hangUp() { try? input.fileHandleForWriting.close() }
}

@Suite(.serialized) struct SlowClientTests {
    /// Each client is cut off after ten seconds, even if it still sends bytes.
    @Test func headsAndBodiesThatTrickleAreCutOff() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        let event = #"{"hook":"new","unique":"SLOW","from":"972501234567","type":"text","body":"x"}"#
        let silent = try RawClient(port: running.port)
        let slowHead = try RawClient(port: running.port)
        slowHead.send("POST /webhook/")
        let slowBody = try RawClient(port: running.port)
        // A whole event, but less than the announced length.
        slowBody.send(head(event.utf8.count + 100) + event)
        let trickle = Task {
            while !Task.isCancelled, slowHead.send("x"), slowBody.send(" ") {
                try await Task.sleep(for: .milliseconds(200))
            }
        }
        defer { trickle.cancel() }
        async let answers = (silent.answer(), slowHead.answer(), slowBody.answer())
        let (nothing, first, second) = await answers
        #expect(nothing == "")
        for answer in [first, second] {
            #expect(answer?.hasPrefix("HTTP/1.1 408 Request Timeout\r\n") == true)
            #expect(answer?.components(separatedBy: "HTTP/1.1").count == 2)
        }
        #expect(try scene.messages() == [])
        _ = await scene.stop(running)
    }

    /// Three thousand clients, with the right key, hold no place that others need.
    @Test func slowBodiesKeepNobodyElseOut() async throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let scene = try await Scene()
        let running = try await scene.start()
        let slow = try SlowClients(
            min(3000, Int(clamping: limit.rlim_max) / 2), port: running.port, request: head(1000) + "{")
        #expect(await slow.haveBegun())
        let patience = ContinuousClock.now + .seconds(120)
        for number in 1...20 {
            // A busy machine may store the message too late (503) or answer too late (0), but there is always a place
            // for it (else 429).
            var status = 503
            while status == 503 || status == 0, ContinuousClock.now < patience {
                status = try await scene.say("count \(number)", unique: "U\(number)")
            }
            #expect(status == 200)
        }
        let url = try #require(URL(string: "http://127.0.0.1:\(running.port)/healthz"))
        #expect(String(decoding: try await URLSession.shared.data(from: url).0, as: UTF8.self) == "ok\n")
        #expect(try await scene.accepted(20).count == 20)
        slow.hangUp()
        _ = await scene.stop(running)
    }
}
