import DatabaseFile
import Foundation
import FoundationNetworking
import HTTPTransport
import JSONText
import Responder
import Testing

@testable import Sandbox

private let good = Array(
    #"{"hook":"new","unique":"U1","from":"972501234567","to":"972771234567","type":"text","body":"x"}"#.utf8)

@Suite(.serialized) struct WebhookTests {
    @Test func everyStatusIsGivenForItsReason() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        func status(_ response: TransportResponse) -> String {
            "\(response.status) \(String(decoding: response.body, as: UTF8.self))".trimmingCharacters(in: .newlines)
        }
        #expect(status(try await scene.post(good, to: running)) == #"200 {"result":"new"}"#)
        #expect(status(try await scene.post(good, to: running)) == #"200 {"result":"duplicate"}"#)
        #expect(
            status(try await scene.post(Array(#"{"hook":"mystery"}"#.utf8), to: running)) == #"200 {"result":"noted"}"#)
        let inQuery = "/webhook/\(Scene.digital)?key=\(Scene.webhookSecret)"
        #expect(try await scene.post(good, to: running, path: inQuery, key: nil).status == 200)
        #expect(try await scene.post(good, to: running, headers: ["Content-Type": ""]).status == 200)

        #expect(status(try await scene.post(Array("{".utf8), to: running)) == #"400 {"error":"the body is not JSON"}"#)
        #expect(try await scene.post([], to: running).status == 400)
        #expect(
            status(try await scene.post(Array("{}".utf8), to: running))
                == #"400 {"error":"the body is not an event: 'hook' is missing"}"#)
        #expect(
            status(try await scene.post(good, to: running, key: "wrong"))
                == #"401 {"error":"the key is wrong or missing"}"#)
        #expect(try await scene.post(good, to: running, key: nil).status == 401)
        #expect(try await scene.post(good, to: running, key: "").status == 401)
        #expect(
            status(try await scene.post(good, to: running, path: "/webhook/972000000000"))
                == #"404 {"error":"there is no such account here"}"#)
        let nothing = #"404 {"error":"there is nothing here; webhooks go to /webhook/ACCOUNT"}"#
        #expect(status(try await scene.post(good, to: running, path: "/")) == nothing)
        let (code, text) = try await scene.get("/nothing", from: running)
        #expect("\(code) \(text)" == nothing + "\n")
        #expect(
            status(try await scene.post(good, to: running, path: "/healthz")) == #"405 {"error":"use GET"}"#)
        let (gotCode, gotText) = try await scene.get("/webhook/\(Scene.digital)", from: running)
        #expect("\(gotCode) \(gotText)" == "405 {\"error\":\"use POST\"}\n")
        #expect(try await scene.post(good, to: running, path: "/webhook/").status == 404)
        #expect(try await scene.post(good, to: running, path: "/webhook/\(Scene.digital)/x").status == 404)
        #expect(try await scene.post(good, to: running, path: "/webhook/\(Scene.digital)/").status == 200)
        #expect(
            status(try await scene.post(good, to: running, headers: ["Content-Type": "text/plain"]))
                == #"415 {"error":"the content type must be application/json"}"#)
        let large = Array(repeating: UInt8(ascii: " "), count: (256 << 10) + 1)
        #expect(status(try await scene.post(large, to: running)) == #"413 {"error":"the body is larger than 256 KiB"}"#)
        #expect(
            try await scene.post(
                good + Array(repeating: UInt8(ascii: " "), count: (256 << 10) - good.count), to: running
            ).status == 200)

        #expect(try scene.messages() == ["U1"])
        #expect(try scene.query("SELECT payload FROM hook") == [#"{"hook":"mystery"}"#])
        _ = await scene.stop(running)
    }

    @Test func aSourceThatIsNotAllowedIsTurnedAway() async throws {
        let scene = try await Scene(accountSettings: "allow_from: [34.165.99.212]")
        let running = try await scene.start()
        #expect(try await scene.post(good, to: running).status == 401)
        _ = await scene.stop(running)
        try scene.configure("", account: "allow_from: [127.0.0.1]")
        let again = try await scene.start()
        #expect(try await scene.post(good, to: again).status == 200)
        _ = await scene.stop(again)
    }

    /// Only a trusted proxy is believed when it says where a webhook came from.
    @Test func behindATrustedProxyTheSourceIsTheOneItNames() async throws {
        let scene = try await Scene(
            settings: "trusted_proxies: [127.0.0.1]", accountSettings: "allow_from: [34.165.99.0/24]")
        func statuses(_ running: Scene.Running) async throws -> [Int] {
            var statuses: [Int] = []
            for forwarded in ["34.165.99.212", "34.165.99.212, 203.0.113.9", "203.0.113.9, 34.165.99.7", "x\u{1B}[2J"] {
                let headers = ["Content-Type": "application/json", "X-Forwarded-For": forwarded]
                statuses.append(try await scene.post(good, to: running, headers: headers).status)
            }
            statuses.append(try await scene.post(good, to: running).status)
            return statuses
        }
        let running = try await scene.start()
        #expect(try await statuses(running) == [200, 401, 200, 400, 401])
        #expect(await running.process.waits(for: "turned away: webhooks from 203.0.113.9 are not allowed."))
        _ = await scene.stop(running)
        try scene.configure("trusted_proxies: [10.0.0.1]", account: "allow_from: [34.165.99.0/24]")
        let untrusting = try await scene.start()
        #expect(try await statuses(untrusting) == [401, 401, 401, 400, 401])
        #expect(await untrusting.process.waits(for: "turned away: webhooks from 127.0.0.1 are not allowed."))
        _ = await scene.stop(untrusting)
    }

    /// A 200 promises that a webhook is stored: while nothing can be stored there is none.
    @Test func whileNothingCanBeStoredThereIsNo200() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        let queue = try scene.openDatabase()
        try queue.execute("BEGIN IMMEDIATE")
        let response = try await scene.post(good, to: running)
        #expect(response.status == 503)
        #expect(response.retryAfter == .seconds(5))
        #expect(
            await running.process.waits(
                for: "the database is locked by another program. Close it; replyd goes on by itself."))
        try queue.execute("ROLLBACK")
        #expect(!running.process.errors.contains("stored again"))
        #expect(try await scene.post(good, to: running).status == 200)
        #expect(await running.process.waits(for: "notice: webhooks are stored again\n"))
        #expect(try scene.messages() == ["U1"])
        _ = await scene.stop(running)
    }

    @Test func healthAndReadinessAreTold() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        func get(_ path: String) async throws -> String {
            let url = try #require(URL(string: "http://127.0.0.1:\(running.port)\(path)"))
            return String(decoding: try await URLSession.shared.data(from: url).0, as: UTF8.self)
        }
        #expect(try await get("/healthz") == "ok\n")
        let revision = try #require(running.process.errors.firstMatch(of: /revision (\w+)/)?.1)
        #expect(
            try await get("/readyz")
                == #"{"accounts":[{"number":"972550000019","state":"sending"},{"number":"972550000020","state":"sending"},{"number":"972771234567","state":"sending"}],"ready":true,"rules":{"count":3,"revision":"\#(revision)"},"store":"ok"}"#
                + "\n"
        )
        _ = await scene.stop(running)
    }

    /// At 019sms people type the address by hand; without a word in the log they would look for the fault for hours.
    @Test func aWebhookWithTheRightKeyThatCantBeUsedIsInTheLog() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        func log(_ what: String, of account: String = Scene.digital) async -> Bool {
            await running.process.waits(
                for: "warning: account \(account): a webhook with the right key can't be used: \(what)\n")
        }
        // The accounts here share a key, so an address that names none of them is said to be that of the first.
        for (path, account) in [
            ("/webhook/+\(Scene.digital)", Scene.digital), ("/webhook//\(Scene.digital)", Scene.digital),
            ("/webhook/972000000000", Scene.sms), ("/webhook", Scene.sms), ("/", Scene.sms),
        ] {
            let response = try await scene.post(
                good, to: running, path: "\(path)?key=\(Scene.webhookSecret)", key: nil)
            #expect(response.status == 404)
            #expect(
                await log("its address is '\(path)' and must be '/webhook/\(account)'", of: account), "\(path)")
        }
        #expect(try await scene.post(Array("{".utf8), to: running).status == 400)
        #expect(await log("the body is not JSON"))
        #expect(try await scene.post(good, to: running, headers: ["Content-Type": "text/plain"]).status == 415)
        #expect(await log("its content type must be application/json"))
        // Without the key nobody writes into the log.
        #expect(try await scene.post(good, to: running, path: "/nowhere", key: "wrong").status == 404)
        _ = await scene.stop(running)
        #expect(!running.process.errors.contains(Scene.webhookSecret) && !running.process.errors.contains("nowhere"))
    }
}
