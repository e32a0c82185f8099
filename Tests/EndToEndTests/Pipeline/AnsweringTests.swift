import Foundation
import HTTPTransport
import JSONText
import Providers
import Responder
import Testing

@testable import Sandbox

@Suite(.serialized) struct AnsweringTests {
    @Test func aQuestionIsAnsweredAndQuotedAtEachProvider() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        for (number, account) in [Scene.digital, Scene.sms, Scene.smsV2].enumerated() {
            #expect(try await scene.say("מה שעות הפתיחה? שעות פתיחה", to: account, unique: "U\(number)") == 200)
            let send = try #require(try await scene.accepted(number + 1).last)
            #expect(send.from == account && send.to == Scene.contact && send.kind == "text")
            #expect(send.text == "א׳–ה׳ 09:00–18:00")
            #expect(send.replyTo == "U\(number)")
        }
        try await scene.expectEntries(["sent", "sent", "sent"])
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
    }

    @Test func whatTheMessageSaidComesBackInTheAnswer() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        try await scene.say("Where is my ORDER #48213?", to: Scene.sms)
        #expect(try await scene.accepted(1).map(\.text) == ["Order 48213 is on its way."])
        _ = await scene.stop(running)
    }

    @Test func afterADayTheTemplateGoesInstead() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        try await scene.say("opening hours", ago: "25h", name: "דנה")
        let send = try #require(try await scene.accepted(1).first)
        #expect(send.kind == "template" && send.text == "reopen_chat" && send.variables == ["דנה"])
        try await scene.expectDecisions(["template window-expired"])
        _ = await scene.stop(running)
    }

    /// The provider enforces its own window, so a wrong clock of ours must not matter.
    @Test(arguments: [Scene.digital, Scene.sms, Scene.smsV2])
    func aRefusalForTheWindowBecomesTheTemplateOnce(account: String) async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        // 99digital tells that the window is open all the same, and is believed once.
        let refusals = account == Scene.digital ? 2 : 1
        await scene.sandbox.setFaults([Fault(.reason(7), times: refusals, only: "text")])
        try await scene.say("opening hours", to: account)
        #expect(try await scene.accepted(1).map(\.kind) == ["template"])
        await scene.sandbox.setFaults([Fault(.late(8), times: refusals, only: "text")])
        try await scene.say("opening hours", to: account, from: "972521111111")
        let texts = Array(repeating: "text", count: refusals)
        let sends = try await scene.accepted(2 + refusals)
        #expect(sends.map(\.kind) == ["template"] + texts + ["template"])
        _ = await scene.stop(running)
    }

    @Test func duplicatesChangeNothingBeforeAndAfterARestart() async throws {
        let scene = try await Scene()
        let first = try await scene.start()
        for _ in 0..<5 { #expect(try await scene.say("opening hours", unique: "SAME") == 200) }
        _ = try await scene.accepted(1)
        _ = await scene.stop(first)
        let second = try await scene.start()
        #expect(try await scene.say("opening hours", unique: "SAME") == 200)
        #expect(try await scene.say("opening hours", unique: "OTHER") == 200)
        #expect(try await scene.accepted(2).map(\.replyTo) == ["SAME", "OTHER"])
        #expect(await scene.sandbox.received.count == 2)
        _ = await scene.stop(second)
    }

    @Test func aRuleThatWasChangedAnswersAfterARestart() async throws {
        let scene = try await Scene()
        let first = try await scene.start()
        try await scene.say("opening hours")
        _ = try await scene.accepted(1)
        _ = await scene.stop(first)
        try scene.write(rules: Scene.rules.replacing("09:00–18:00", with: "10:00–20:00"))
        let second = try await scene.start()
        try await scene.say("opening hours")
        #expect(try await scene.accepted(2).last?.text == "א׳–ה׳ 10:00–20:00")
        #expect(try Set(scene.query("SELECT revision FROM decision")).count == 2)
        _ = await scene.stop(second)
    }

    @Test func aConversationIsAnsweredInItsOrder() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        await scene.sandbox.setFaults([Fault(.reason(6), times: 1), Fault(.status(503, retryAfter: nil), times: 1)])
        for number in 1...10 { try await scene.say("count \(number)") }
        let texts = try await scene.accepted(10).map(\.text)
        #expect(texts == (1...10).map { "counted: count \($0)" })
        _ = await scene.stop(running)
    }

    @Test func acksMoveADeliveryForward() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        try await scene.say("opening hours")
        try await scene.expectDeliveries([3])
        _ = await scene.stop(running)
    }

    @Test func twoThousandContactsAtOnceAreAnsweredOnceEach() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        let contacts = (0..<2000).map { "97250\(1_000_000 + $0)" }
        let url = "http://127.0.0.1:\(running.port)/webhook/\(Scene.digital)?key=\(Scene.webhookSecret)"
        let now = Int64(Date().timeIntervalSince1970)
        let refused = try await withThrowingTaskGroup(of: Bool.self) { group in
            for contact in contacts {
                await scene.sandbox.recordMessage(from: contact, at: Timestamp(seconds: now))
                group.addTask {
                    let body = JSON.object([
                        "hook": "new", "unique": .string("M\(contact)"), "from": .string(contact),
                        "to": .string(Scene.digital),
                        "type": "text", "body": "opening hours", "timestamp": .integer(now),
                    ])
                    // Posts each message twice, as a provider in doubt would.
                    var isFine = true
                    for _ in 0..<2 {
                        let response = try await scene.transport.send(
                            TransportRequest(
                                url: url, headers: ["Content-Type": "application/json"], body: body.encoded,
                                timeout: .seconds(60))
                        )
                        isFine = isFine && response.status == 200
                    }
                    return !isFine
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(refused == 0)
        let sends = try await scene.accepted(2000)
        #expect(await scene.sandbox.received.count == 2000)
        #expect(Set(sends.map(\.to)) == Set(contacts))
        try await scene.expect("SELECT count(*) || state FROM outbox GROUP BY state", gives: ["2000sent"])
        try await scene.expectDecisions(2000)
        #expect(await scene.stop(running).status == 0)
    }
}
