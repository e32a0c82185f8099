import Crypto
import Foundation
import HTTPTransport
import JSONText
import Providers
import RawServer
import Responder
import Testing

@testable import Sandbox

/// An account at Meta itself: signed webhooks with many events, and answers with buttons.
@Suite struct MetaTests {
    private static let rules = """
        version: 1
        settings: {expired: {template: reopen_chat}}
        rules:
          - id: menu
            match: {exact: menu}
            reply: {text: "Which?", choices: {hours: Opening hours, order: My order}}
          - {id: hours, match: {choice: hours}, react: 👍, reply: "9 to 18"}
          - {id: order, match: {choice: order}, reply: "Its number?"}
          - {id: count, match: {starts: count}, reply: "counted: {{message.text}}"}
        """

    private func scene(settings: String = "") async throws -> Scene {
        try await Scene(rules: Self.rules, settings: settings, hasMeta: true)
    }

    private func sign(_ body: [UInt8], _ secret: String = Scene.appSecret) -> [String: String] {
        let code = HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Array(secret.utf8)))
        return [
            "Content-Type": "application/json",
            "X-Hub-Signature-256": "sha256=" + code.map { String(format: "%02x", $0) }.joined(),
        ]
    }

    private func body(_ value: String, line: String = Scene.metaLine) -> [UInt8] {
        Array(
            #"{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"\#(line)"},\#(value)}}]}]}"#
                .utf8)
    }

    private func message(_ number: Int, _ text: String = "count") -> String {
        let now = Int(Date().timeIntervalSince1970)
        return
            #"{"from":"97250\#(1_000_000 + number % 200)","id":"wamid.\#(number)","timestamp":"\#(now)","type":"text","text":{"body":"\#(text) \#(number)"}}"#
    }

    @Test func aMenuIsAnsweredByItsButtonAndByItsNumber() async throws {
        let scene = try await scene()
        let replyd = try await scene.start()
        #expect(try await scene.say("menu", to: Scene.meta) == 200)
        let menu = try #require(try await scene.accepted(1).last)
        #expect(menu.kind == "choices" && menu.to == Scene.contact && menu.replyTo != nil)
        #expect(menu.request["interactive"]?["action"]?["buttons"]?.items.count == 2)
        _ = try await scene.sandboxCall(
            "/sandbox/say",
            [
                "account": .string(Scene.meta), "from": .string(Scene.contact), "type": "button",
                "text": "Opening hours",
                "choice": "menu.hours",
            ])
        #expect(try await scene.accepted(3).suffix(2).map(\.text) == ["👍", "9 to 18"])
        #expect(try await scene.say("2", to: Scene.meta) == 200)
        #expect(try await scene.accepted(4).last?.text == "Its number?")
        // Each status comes with the mark of its attempt.
        try await scene.expect("SELECT DISTINCT delivery FROM attempt", gives: ["3"])
        #expect(
            try scene.query("SELECT type || ' ' || coalesce(choice, '-') FROM message ORDER BY id") == [
                "text -", "button menu.hours", "text -",
            ])
        #expect(await scene.stop(replyd).status == 0)
    }

    @Test func theSameMenuGoesToAResellerAsNumbers() async throws {
        let scene = try await scene()
        let replyd = try await scene.start()
        #expect(try await scene.say("menu") == 200)
        #expect(
            try await scene.accepted(1).last?.text == "Which?\n\n1. Opening hours\n2. My order\n\nWrite the number.")
        #expect(try await scene.say("٢") == 200)
        #expect(try await scene.accepted(2).last?.text == "Its number?")
        // Reactions go to 99digital too.
        #expect(try await scene.say("opening hours!") == 200)
        #expect(try await scene.accepted(4).suffix(2).map(\.kind) == ["reaction", "text"])
        _ = await scene.stop(replyd)
    }

    @Test func onlyWhatIsSignedIsTakenIn() async throws {
        let scene = try await scene()
        let replyd = try await scene.start()
        let text = body(#""messages":[\#(message(1, "שלום"))]"#)
        func post(_ body: [UInt8], _ headers: [String: String], path: String = "/webhook/meta") async throws -> Int {
            try await scene.post(body, to: replyd, path: path, key: nil, headers: headers).status
        }
        #expect(try await post(text, ["Content-Type": "application/json"]) == 401)
        #expect(try await post(text, sign(text, "wrong")) == 401)
        #expect(try await post(text, sign(body(""))) == 401)
        // Written anew, with the letters escaped.
        let escaped = try #require(JSON(parsing: text)).encoded + [UInt8(ascii: " ")]
        #expect(try await post(escaped, sign(text)) == 401)
        #expect(try await post(text.dropLast(), sign(text)) == 401)
        #expect(try await post(Array(text.dropLast()), sign(Array(text.dropLast()))) == 400)
        #expect(try scene.messages().isEmpty)
        #expect(try await post(text, sign(text)) == 200)
        #expect(try await post(text, sign(text, "an-older-secret-of-the-app"), path: "/webhook/\(Scene.meta)") == 200)
        #expect(try scene.messages() == ["wamid.1"], "the same again is a duplicate")
        #expect(try await post(text, sign(text), path: "/webhook/\(Scene.digital)") == 401)
        #expect(try await post(text, sign(text), path: "/webhook/facebook") == 404)
        _ = await scene.stop(replyd)
        #expect(!replyd.process.errors.contains(Scene.appSecret))
    }

    @Test func metaFindsOutWhoseTheAddressIs() async throws {
        let scene = try await scene()
        let replyd = try await scene.start()
        let right = "hub.mode=subscribe&hub.challenge=11%3C58&hub.verify_token=verify-token-never-to-be-seen"
        for path in ["/webhook/meta", "/webhook/\(Scene.meta)"] {
            let answer = try await scene.get("\(path)?\(right)", from: replyd)
            #expect(answer.status == 200 && answer.body == "11<58")
            #expect(try await scene.get("\(path)?\(right)x", from: replyd).status == 403)
            #expect(try await scene.get(path, from: replyd).status == 405)
        }
        #expect(try await scene.get("/webhook/\(Scene.digital)?\(right)", from: replyd).status == 405)
        _ = await scene.stop(replyd)
    }

    @Test func aBatchIsStoredWholeWithWhatIsBadInIt() async throws {
        let scene = try await scene()
        let replyd = try await scene.start()
        let good = (0..<400).map { message($0) }
        let bad = [#"{"from":""}"#, "7", #"{"from":"","id":"x","type":"text"}"#, #"{"id":5,"from":"972501234567"}"#]
        let all = body(
            #""messages":[\#((bad + good).joined(separator: ","))],"statuses":[{"id":"wamid.never","status":"read"},{}]"#
        )
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        for number in 0..<200 {
            await scene.sandbox.recordMessage(from: "97250\(1_000_000 + number)", at: now)
        }
        #expect(
            try await scene.post(all, to: replyd, path: "/webhook/meta", key: nil, headers: sign(all)).status == 200)
        #expect(try scene.query("SELECT count(*) FROM message JOIN decision ON message = message.id") == ["401"])
        #expect(
            try scene.query("SELECT kind || ' ' || payload FROM hook WHERE kind = 'unreadable'") == [
                #"unreadable [{"from":""},7,{"from":"","id":"x","type":"text"},{}]"#
            ])
        try await scene.expectEntries(400, "sent")
        #expect(replyd.process.errors.components(separatedBy: "is no event").count - 1 <= 3)
        _ = await scene.stop(replyd)
    }

    @Test func aNumberThatIsNotOursIsKeptAndNamedOnce() async throws {
        let scene = try await scene()
        let replyd = try await scene.start()
        let other = body(#""messages":[\#(message(1))]"#, line: "999")
        for _ in 0..<3 {
            #expect(
                try await scene.post(other, to: replyd, path: "/webhook/meta", key: nil, headers: sign(other)).status
                    == 200)
        }
        #expect(try scene.messages().isEmpty)
        #expect(try scene.query("SELECT count(*) FROM hook WHERE kind = 'unknown-line'") == ["3"])
        _ = await scene.stop(replyd)
        #expect(replyd.process.errors.components(separatedBy: "phone_number_id 999").count - 1 == 1)
    }

    @Test func bodiesUpToThreeMebibytesAreTaken() async throws {
        let scene = try await scene()
        let replyd = try await scene.start()
        let padding = String(repeating: "x", count: (3 << 20) - 800)
        let large = body(#""messages":[\#(message(1))],"more":"\#(padding)""#)
        #expect(large.count < 3 << 20)
        #expect(
            try await scene.post(large, to: replyd, path: "/webhook/meta", key: nil, headers: sign(large)).status == 200
        )
        let larger = body(#""more":"\#(padding)\#(padding)""#)
        #expect(
            try await scene.post(larger, to: replyd, path: "/webhook/meta", key: nil, headers: sign(larger)).status
                == 413)
        // What is nothing at all, a hundred thousand times.
        let nothing = body(#""messages":[\#(Array(repeating: "{}", count: 100_000).joined(separator: ","))]"#)
        #expect(
            try await scene.post(nothing, to: replyd, path: "/webhook/meta", key: nil, headers: sign(nothing)).status
                == 200)
        #expect(try scene.messages() == ["wamid.1"])
        _ = await scene.stop(replyd)
    }

    /// Strangers who send large bodies slowly take no place from batches that are signed.
    @Test func slowLargeBodiesOfStrangersKeepNoBatchOut() async throws {
        let scene = try await scene()
        let replyd = try await scene.start()
        let strangers = try (0..<12).map { _ in try RawClient(port: replyd.port) }
        for stranger in strangers {
            stranger.send(
                "POST /webhook/meta HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 300000\r\n\r\n{"
            )
        }
        let padding = String(repeating: "x", count: 300_000)
        let batch = body(#""messages":[\#(message(1))],"more":"\#(padding)""#)
        let status = try await scene.post(
            batch, to: replyd, path: "/webhook/meta", key: nil, headers: sign(batch)
        ).status
        #expect(status == 200)
        withExtendedLifetime(strangers) {}
        #expect(await scene.stop(replyd).status == 0)
    }

    @Test func aLostAnswerIsSettledByTheNextStatus() async throws {
        let scene = try await scene()
        let replyd = try await scene.start()
        await scene.sandbox.setFaults([Fault(.lost)])
        #expect(try await scene.say("count 1", to: Scene.meta) == 200)
        try await scene.expect(
            "SELECT o.state || ' ' || a.outcome || ' ' || a.delivery FROM outbox o JOIN attempt a ON a.entry = o.id",
            gives: ["sent accepted 3"])
        #expect(await scene.sandbox.received.count == 1)
        _ = await scene.stop(replyd)
    }

    @Test func aWindowThatHadShutIsFoundOutLaterAndTheTemplateGoes() async throws {
        let scene = try await scene()
        let replyd = try await scene.start()
        await scene.sandbox.setFaults([Fault(.late(131047))])
        #expect(try await scene.say("count 1", to: Scene.meta) == 200)
        #expect(try await scene.accepted(2).map(\.kind) == ["text", "template"])
        try await scene.expectEntries(["sent"])
        _ = await scene.stop(replyd)
    }

    @Test func oneContactsLimitHoldsUpNobodyElse() async throws {
        let scene = try await scene()
        let replyd = try await scene.start()
        await scene.sandbox.setFaults([Fault(.reason(131056), to: Scene.contact)])
        #expect(try await scene.say("count 1", to: Scene.meta) == 200)
        try await scene.expect("SELECT outcome FROM attempt", gives: ["transient"])
        #expect(try await scene.say("count 2", to: Scene.meta, from: "972501111111") == 200)
        #expect(try await scene.accepted(1).map(\.to) == ["972501111111"])
        _ = await scene.stop(replyd)
    }
}

/// Messages that are marked as read, at accounts that ask for it.
@Suite struct ReadReceiptTests {
    @Test func answeredMessagesAreMarkedAndTheOthersAreNot() async throws {
        let rules = """
            version: 1
            rules:
              - {id: hello, match: hello, reply: hi}
              - {id: later, match: later, delay: 4s, reply: at last}
            """
        let scene = try await Scene(rules: rules, accountSettings: "mark_read: true", hasMeta: true)
        let replyd = try await scene.start()
        for account in [Scene.digital, Scene.meta] {
            #expect(try await scene.say("something else", to: account, unique: "no-\(account)") == 200)
            #expect(try await scene.say("hello", to: account, unique: "yes-\(account)") == 200)
        }
        try await scene.eventually { await scene.sandbox.reads.count == 2 }
        #expect(await scene.sandbox.reads.map(\.of).sorted() == [Scene.contact, "yes-\(Scene.meta)"])
        // 019sms has no call for it.
        #expect(try await scene.say("hello", to: Scene.sms) == 200)
        #expect(try await scene.say("later", to: Scene.meta, unique: "slow") == 200)
        #expect(try await scene.accepted(4).last?.text == "at last")
        #expect(await scene.sandbox.reads.map(\.of).count == 3)
        #expect(await scene.stop(replyd).status == 0)
    }
}

/// 99digital tells for how long a window is open.
@Suite struct TimerTests {
    @Test func aRefusedTextIsTriedAgainIfTheWindowIsOpenAfterAll() async throws {
        let scene = try await Scene()
        let replyd = try await scene.start()
        await scene.sandbox.setFaults([Fault(.reason(7))])
        #expect(try await scene.say("count 1") == 200)
        #expect(try await scene.accepted(1).map(\.kind) == ["text"])
        #expect(await scene.sandbox.received.map(\.reason) == [7, 1])
        // Refused twice, it is believed.
        await scene.sandbox.setFaults([Fault(.reason(7), times: 2)])
        #expect(try await scene.say("count 2") == 200)
        #expect(try await scene.accepted(2).map(\.kind) == ["text", "template"])
        _ = await scene.stop(replyd)
    }
}

/// What an account may send in a month, and what that costs.
@Suite struct BudgetTests {
    @Test func onceItIsSpentNothingIsAnsweredAlsoAfterARestart() async throws {
        let scene = try await Scene(
            settings: AdminClient.settings,
            accountSettings:
                "budget: {messages: 5, then: silent}\n    prices: {message: 0.05, template: 0.2, free: 2, currency: ILS}"
        )
        let first = try await scene.start()
        for number in 1...4 { #expect(try await scene.say("count \(number)") == 200) }
        #expect(try await scene.accepted(4).count == 4)
        #expect(await first.process.waits(for: "4 of 5 messages of its `budget` are used this month."))
        #expect(await scene.stop(first).status == 0)
        let second = try await scene.start()
        for number in 5...7 { #expect(try await scene.say("count \(number)") == 200) }
        try await scene.expectReasons(Array(repeating: "matched", count: 5) + ["budget", "budget"])
        #expect(
            await second.process.waits(
                for:
                    "5 of 5 messages of its `budget` are used this month; nothing is answered any more until next month (UTC)."
            ))
        // Another account has a budget of its own.
        #expect(try await scene.say("count 8", to: Scene.sms) == 200)
        #expect(try await scene.accepted(6).count == 6)
        let admin = try await AdminClient(second.process)
        let page = try await admin.ask("GET", "/metrics", headers: [:]).body
        #expect(page.contains("replyd_budget_used{account=\"\(Scene.digital)\"} 5\n"))
        #expect(page.contains("replyd_budget_messages{account=\"\(Scene.digital)\"} 5\n"))
        let accounts = try await admin.call("GET", "/api/accounts").json
        let account = accounts["accounts"]?.items.first { $0["number"]?.text == Scene.digital }
        #expect(account?["sent"]?["text"] == .integer(5))
        #expect(account?["budget"]?["used"] == .integer(5))
        let report = try await scene.run("report", "--config", "replyd.yaml")
        #expect(report.output.contains("0.15 ILS"))
        // Who looks why nobody is answered finds it, also after one more start.
        let sentence =
            "account \(Scene.digital): 5 of 5 messages of its `budget` are used this month; nothing is answered any more until next month (UTC)"
        let problems = try await admin.call("GET", "/api/problems").json
        #expect(problems["problems"]?.items.map { $0["text"]?.text } == [sentence])
        let status = try await scene.run("status", "--config", "replyd.yaml")
        #expect(status.output.contains(sentence), "\(status.output)")
        _ = await scene.stop(second)
        let third = try await scene.start()
        #expect(await third.process.waits(for: sentence))
        _ = await scene.stop(third)
    }
}
