import Foundation
import HTTPTransport
import JSONText
import Providers
import Responder
import Synchronization
import Testing

@testable import Sandbox

@Suite struct KillTests {
    private final class Load: Sendable {
        let port = Mutex(0)
        let isOver = Mutex(false)
        let acknowledged = Mutex<[String]>([])
    }

    /// Kills replyd with `kill -9` again and again, at any moment, while webhooks come in as from a provider that
    /// retries until it gets its 200.
    @Test func killsUnderLoadLoseNothingAndDoubleNothing() async throws {
        let scene = try await Scene(accountSettings: "timeout: 4s")
        // A report on a send that a kill left unknown may be taken for one on the next send. Reports are off here, so
        // every answer must come by itself.
        try await scene.sandboxCall(
            "/whatsapp/v2/setWebhook",
            ["from": .string(Scene.digital), "apiKey": .string(Scene.apiKey), "readStatus": .integer(0)])
        let load = Load()
        let now = Int64(Date().timeIntervalSince1970)
        let senders = 16
        try await withThrowingTaskGroup(of: Void.self) { group in
            for sender in 0..<senders {
                let contact = "97250\(2_000_000 + sender)"
                await scene.sandbox.recordMessage(from: contact, at: Timestamp(seconds: now))
                group.addTask {
                    var number = 0
                    while !load.isOver.withLock({ $0 }) {
                        number += 1
                        let unique = "K\(sender)-\(number)"
                        let body = JSON.object([
                            "hook": "new", "unique": .string(unique), "from": .string(contact),
                            "to": .string(Scene.digital), "type": "text", "body": .string("count \(unique)"),
                            "timestamp": .integer(now),
                        ])
                        while true {
                            let url =
                                "http://127.0.0.1:\(load.port.withLock { $0 })/webhook/\(Scene.digital)?key=\(Scene.webhookSecret)"
                            let request = TransportRequest(
                                url: url, headers: ["Content-Type": "application/json"], body: body.encoded,
                                timeout: .seconds(10))
                            if (try? await scene.transport.send(request))?.status == 200 { break }
                            try await Task.sleep(for: .milliseconds(20))
                        }
                        load.acknowledged.withLock { $0.append(unique) }
                    }
                }
            }
            for _ in 0..<8 {
                let running = try await scene.start()
                load.port.withLock { $0 = running.port }
                // Kills it in the middle of its work, wherever that may be.
                let known = load.acknowledged.withLock { $0.count }
                try await scene.eventually { load.acknowledged.withLock { $0.count } >= known + 20 }
                try await Task.sleep(for: .milliseconds(Int.random(in: 0..<100)))
                running.process.send(SIGKILL)
                #expect(await running.process.exit().wasKilled)
            }
            load.isOver.withLock { $0 = true }
            let last = try await scene.start()
            load.port.withLock { $0 = last.port }
            try await group.waitForAll()
            try await scene.expect(
                "SELECT DISTINCT state FROM outbox WHERE state NOT IN ('sent', 'held')", gives: [])
            #expect(await scene.stop(last) == .init(status: 0, wasKilled: false))
        }
        let uniques = load.acknowledged.withLock { $0 }.sorted()
        #expect(uniques.count > 160)
        #expect(
            try scene.decidedMessages()
                == uniques)
        #expect(try scene.query("SELECT DISTINCT outcome || ' ' || reason FROM decision") == ["reply matched"])
        #expect(
            try scene.query("SELECT unique_id FROM message JOIN outbox ON outbox.message = message.id ORDER BY 1")
                == uniques)
        // Every entry that is not known to be sent is held, and nothing was accepted twice.
        let accepted = await scene.sandbox.received.filter(\.isAccepted).compactMap(\.replyTo)
        #expect(Set(accepted).count == accepted.count)
        let sent = try scene.query(
            "SELECT message.unique_id FROM message JOIN outbox ON outbox.message = message.id WHERE state = 'sent'")
        #expect(Set(sent).subtracting(accepted) == [])
        #expect(try scene.query("PRAGMA integrity_check") == ["ok"])
    }
}
