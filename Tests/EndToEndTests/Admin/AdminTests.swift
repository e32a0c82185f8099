import Foundation
import JSONText
import Providers
import Testing

@testable import Sandbox

/// The API that looks into a running daemon and steers it.
@Suite struct AdminTests {
    private func stage(rules: String = Scene.rules) async throws -> (Scene, Scene.Running, AdminClient) {
        let scene = try await Scene(rules: rules, settings: AdminClient.settings)
        let running = try await scene.start()
        return (scene, running, try await AdminClient(running.process))
    }

    /// Contacts choose the length of their texts; one page must stay small all the same.
    @Test func longTextsAreCut() async throws {
        let (scene, running, admin) = try await stage()
        try await scene.say(String(repeating: "ש", count: 50_000), from: "972500000001")
        try await scene.expectDecisions(1)
        let conversation = try await admin.call("GET", "/api/conversations/1").json
        #expect(conversation["messages"]?[0]?["text"]?.text == String(repeating: "ש", count: 4096) + "…")
        #expect(conversation["messages"]?[0]?["body"]?.text?.count == 4097)
        _ = await scene.stop(running)
    }

    @Test func pagesEndBeforeTheyGetLarge() async throws {
        let (scene, running, admin) = try await stage()
        let (text, name) = (String(repeating: "ש", count: 9000), String(repeating: "נ", count: 9000))
        for number in 100..<140 { try await scene.say(text, from: "972500000\(number)", name: name) }
        try await scene.expectDecisions(40)
        for query in ["", "&search=97250"] {
            var found: Set<String> = []
            var path: String? = "/api/conversations?limit=200\(query)"
            var pages = 0
            while let asked = path, pages < 10 {
                let page = try await admin.call("GET", asked)
                #expect(page.body.utf8.count < 600 << 10)
                guard case .array(let items)? = page.json["conversations"] else { break }
                found.formUnion(items.compactMap { $0["contact"]?["number"]?.text })
                path = page.json["next"]?.text.map { "/api/conversations?limit=200\(query)&before=\($0)" }
                pages += 1
            }
            #expect(found.count == 40 && pages > 1, "\(query): \(pages)")
        }
        _ = await scene.stop(running)
    }

    @Test func conversationsShowWhatWasWrittenDecidedAndSent() async throws {
        let (scene, running, admin) = try await stage()
        try await scene.say("opening hours", from: "972501111111", name: "Dana")
        _ = try await scene.accepted(1)
        try await scene.say("שלום", from: "972502222222", name: "נועה")
        try await scene.expectDecisions(2)
        let list = try await admin.call("GET", "/api/conversations").json
        #expect(list["conversations"]?[0]?["contact"]?["name"] == "נועה")
        #expect(list["conversations"]?[1]?["latest"]?["text"] == "opening hours")
        #expect(list["conversations"]?[1]?["latest"]?["entries"] == nil, "that is told where the conversation is")
        #expect(list["next"] == nil)
        let id = try #require(list["conversations"]?[1]?["id"]?.integer)
        try await scene.expectEntries(["sent"])
        let shown = try await admin.call("GET", "/api/conversations/\(id)").json
        let message = shown["messages"]?[0]
        #expect(message?["decision"]?["rule"] == "hours")
        #expect(message?["decision"]?["because"] == "the message says 'opening hours'")
        #expect(message?["entries"]?[0]?["content"]?["text"] == "א׳–ה׳ 09:00–18:00")
        #expect(message?["entries"]?[0]?["attempts"]?[0]?["outcome"] == "accepted")
        let why = try await admin.call("GET", "/api/messages/\(message?["id"]?.integer ?? 0)/why").json
        #expect(why["is_same_revision"] == .bool(true))
        #expect(why["present"]?["rule"] == "hours")
        #expect(why["present"]?["why"]?[0]?["matched"] == .bool(false))
        _ = await scene.stop(running)
    }

    /// What came later says nothing about then.
    @Test func whyIsToldAsIfNothingHadComeSince() async throws {
        let (scene, running, admin) = try await stage(
            rules: """
                version: 1
                rules:
                  - {id: welcome, match: anything, when: {first_contact: true}, reply: welcome}
                  - {id: back, match: anything, when: {idle: 1d}, reply: back}
                  - {id: rest, match: anything, reply: hello}
                """)
        for count in 1...3 {
            try await scene.say("hello")
            try await scene.expectDecisions(count)
            if count < 3 { _ = try await scene.accepted(count) }
        }
        var present: [String] = []
        for message in 1...3 {
            let why = try await admin.call("GET", "/api/messages/\(message)/why").json["present"]
            present.append("\(why?["rule"]?.text ?? "-") \(why?["reason"]?.text ?? "-")")
        }
        #expect(present == ["welcome matched", "rest matched", "rest matched"])
        _ = await scene.stop(running)
    }

    @Test func pagesFollowOneAnotherWithoutGapsOrRepetitions() async throws {
        let (scene, running, admin) = try await stage()
        for number in 1...7 { try await scene.say("hello", from: "97250000000\(number)", name: "n\(number % 2)") }
        try await scene.say("again", from: "972500000003", name: "n1")
        try await scene.expectDecisions(8)
        func pages(_ query: String) async throws -> [String] {
            var found: [String] = []
            var path = "/api/conversations?limit=2\(query)"
            while true {
                let page = try await admin.call("GET", path).json
                for place in 0..<2 {
                    if let number = page["conversations"]?[place]?["contact"]?["number"]?.text {
                        found.append(String(number.suffix(1)))
                    }
                }
                guard let next = page["next"]?.text else { return found }
                path = "/api/conversations?limit=2&before=\(next)\(query)"
            }
        }
        #expect(try await pages("") == ["3", "7", "6", "5", "4", "2", "1"])
        #expect(try await pages("&search=n1") == ["3", "7", "5", "1"])
        for text in ["050-0000003", "%2B972%2050-000-0003", "00972500000003"] {
            #expect(try await pages("&search=\(text)") == ["3"])
        }
        #expect(try await pages("&search=%25") == [])
        #expect(try await pages("&account=\(Scene.sms)") == [])
        _ = await scene.stop(running)
    }

    @Test func aConversationIsTakenOverAndHandedBack() async throws {
        let (scene, running, admin) = try await stage()
        try await scene.say("opening hours")
        _ = try await scene.accepted(1)
        let paused = try await admin.call("POST", "/api/conversations/1/pause", .object(["for": "30m"])).json
        let end = try #require(paused["paused_until"]?.integer)
        #expect(abs(Double(end) - Date().timeIntervalSince1970 - 1800) < 60)
        #expect(paused["paused_by"] == "person")
        #expect(
            try await admin.call("GET", "/api/conversations?state=paused").json["conversations"]?[0]?["id"]
                == .integer(1))
        try await scene.say("opening hours")
        try await scene.expectReasons(["matched", "paused"])
        // The conversation was paused then; whether it is paused now or not, the rules say the same.
        let why = try await admin.call("GET", "/api/messages/2/why").json
        #expect(why["present"]?["reason"] == "paused")
        let resumed = try await admin.call("POST", "/api/conversations/1/resume").json
        #expect(resumed["paused_until"] == nil)
        #expect(try await admin.call("GET", "/api/messages/2/why").json["present"]?["reason"] == "paused")
        try await scene.say("opening hours")
        _ = try await scene.accepted(2)
        let out = "/api/conversations?state=opted-out"
        #expect(try await admin.call("GET", out).json["conversations"] == .array([]))
        #expect(try await admin.call("POST", "/api/conversations/1/opt-out").json["opted_out"] == .bool(true))
        #expect(try scene.query("SELECT json_extract(memory, '$.consentAt') IS NOT NULL FROM conversation") == ["1"])
        #expect(try await admin.call("GET", out).json["conversations"]?[0]?["id"] == .integer(1))
        try await scene.say("opening hours")
        try await scene.expectReasons(["matched", "paused", "matched", "opted-out"])
        #expect(try await admin.call("POST", "/api/conversations/1/opt-in").json["opted_out"] == .bool(false))
        try await scene.say("opening hours")
        _ = try await scene.accepted(3)
        #expect(
            try await admin.call("POST", "/api/conversations/9/pause").failure
                == "404 not-found: there is no conversation 9; /api/conversations lists those there are")
        #expect(
            try await admin.call("POST", "/api/conversations/1/pause", .object(["for": "a while"])).failure
                == "400 bad-request: 'for' is a time like 30m, 12h or 7d")
        _ = await scene.stop(running)
    }

    @Test func aHeldEntryIsReleasedOrDropped() async throws {
        let (scene, running, admin) = try await stage()
        await scene.sandbox.setFaults([Fault(.reset, times: 2)])
        try await scene.say("opening hours", from: "972501111111")
        try await scene.expectEntries(["held"])
        try await scene.say("opening hours", from: "972502222222")
        try await scene.expectEntries(["held", "held"])
        let list = try await admin.call("GET", "/api/outbox").json
        #expect(list["entries"]?[0]?["entry"] == .integer(2) && list["entries"]?[1]?["entry"] == .integer(1))
        #expect(try await admin.call("GET", "/api/outbox?state=held&limit=1").json["next"] == .integer(2))
        #expect(try await admin.call("GET", "/api/outbox?state=sent").json["entries"]?[0] == nil)
        let created = list["entries"]?[1]?["created_at"]
        #expect(list["entries"]?[1]?["released_at"] == nil)
        let released = try await admin.call("POST", "/api/outbox/1/release")
        #expect(released.status == 200 && released.json["created_at"] == created)
        #expect(released.json["released_at"]?.integer != nil)
        try await scene.expectEntries(["sent", "held"])
        #expect(try await admin.call("POST", "/api/outbox/2/drop").json["state"] == "dropped")
        #expect(
            try await admin.call("POST", "/api/outbox/1/release").failure
                == "409 conflict: entry 1 is sent; only held, failed and dropped ones, and those that wait for a stopped account, can be released."
        )
        #expect(
            try await admin.call("POST", "/api/outbox/2/drop").failure
                == "409 conflict: entry 2 is dropped; only held, waiting and failed ones can be dropped")
        #expect(
            try await admin.call("GET", "/api/outbox/3").failure
                == "404 not-found: there is no entry 3; /api/outbox lists those there are")
        #expect(try await admin.call("GET", "/api/outbox?state=all").json["entries"]?[1]?["state"] == "sent")
        _ = await scene.stop(running)
    }

    @Test func rulesAreShownAndLoadedWhenAsked() async throws {
        let (scene, running, admin) = try await stage()
        let rules = try await admin.call("GET", "/api/rules").json
        #expect(rules["rules"]?[1]?["id"] == "hours" && rules["rules"]?[1]?["line"] == .integer(8))
        #expect(rules["files"]?[0]?["rules"] == .integer(3))
        try scene.write(rules: "version: 1\nrules:\n  - id: one\n    match: hello\n    reply: hi\n")
        let changed = try await admin.call("POST", "/api/rules/reload").json
        #expect(changed["rules"]?[0]?["id"] == "one" && changed["last_reload"]?["successful"] == .bool(true))
        try scene.write(rules: "version: 1\nrules:\n  - id: one\n    mach: hello\n    reply: hi\n")
        let refused = try await admin.call("POST", "/api/rules/reload")
        #expect(
            refused.failure.hasPrefix("422 rules-refused: "), "\(refused.failure)")
        #expect(refused.failure.contains("rules.yaml:4:5: error: unknown key 'mach' in a rule"))
        let after = try await admin.call("GET", "/api/rules").json
        #expect(after["revision"] == changed["revision"])
        #expect(after["last_reload"]?["diagnostics"]?[0]?["line"] == .integer(4))
        _ = await scene.stop(running)
    }

    @Test func aMessageIsTriedByTheRulesOfTheDaemonAndNothingComesOfIt() async throws {
        let (scene, running, admin) = try await stage(
            rules: """
                version: 1
                rules:
                  - id: hours
                    match: opening hours
                    cooldown: 1h
                    reply: "09:00"
                    expired: {template: reopen_chat, language: he}
                """)
        let trial = try await admin.call("POST", "/api/try", .object(["text": "opening hours"])).json
        #expect(trial["rule"] == "hours" && trial["messages"]?[0]?["text"] == "09:00")
        let expired = try await admin.call("POST", "/api/try", .object(["text": "opening hours", "window": "expired"]))
            .json
        #expect(expired["messages"]?[0]?["name"] == "reopen_chat")
        try await scene.say("opening hours")
        _ = try await scene.accepted(1)
        let sticker = try await admin.call("POST", "/api/try", .object(["type": "sticker"])).json
        #expect(sticker["reason"] == "no-match", "a sticker has no text")
        let again = try await admin.call(
            "POST", "/api/try", .object(["text": "opening hours", "conversation": .integer(1)])
        ).json
        #expect(again["reason"] == "cooldown")
        for (body, failure) in [
            (
                JSON.object(["text": "a", "conversation": "1"]),
                "400 bad-request: 'conversation' in the body is a whole number from 1"
            ),
            (
                .object(["text": "a", "account": "1"]),
                "400 bad-request: there is no account '1'; there is: 972771234567, 972550000019, 972550000020"
            ),
            (
                .object(["text": "a", "windw": "open"]),
                "400 bad-request: 'windw' in the body means nothing here; known are: account, at, conversation, from, text, type, window"
            ),
            (
                JSON.object([:]), "400 bad-request: 'text' in the body is missing: a message of type text has one"
            ),
            (.object(["text": .integer(1)]), "400 bad-request: 'text' in the body is a text"),
            (
                .object(["text": "a", "window": "shut"]),
                "400 bad-request: 'window' in the body is one of: open, expired"
            ),
            (
                .object(["text": "a", "at": "soon"]),
                "400 bad-request: 'at' in the body is a time like 2026-11-21 22:30"
            ),
            (
                .object(["text": "a", "conversation": .integer(7)]),
                "404 not-found: there is no conversation 7; /api/conversations lists those there are"
            ),
        ] {
            #expect(try await admin.call("POST", "/api/try", body).failure == failure)
        }
        #expect(try scene.query("SELECT count(*) FROM message") == ["1"])
        _ = await scene.stop(running)
    }

    @Test func accountsShowWhetherTheySend() async throws {
        let (scene, running, admin) = try await stage()
        await scene.sandbox.setFaults([Fault(.reason(3))])
        try await scene.say("opening hours")
        try await scene.expect("SELECT count(*) FROM stopped_account", gives: ["1"])
        let accounts = try await admin.call("GET", "/api/accounts").json["accounts"]
        #expect(accounts?[0]?["state"] == "stopped" && accounts?[0]?["waiting"] == .integer(1))
        #expect(accounts?[0]?["reason"] == "the provider refused the API key (reason 3)")
        #expect(accounts?[1]?["state"] == "sending")
        #expect(!(try await admin.call("GET", "/api/accounts")).body.contains(Scene.apiKey))
        _ = await scene.stop(running)
    }

    @Test func whoWatchesHearsAtOnceOfWhatHappens() async throws {
        let (scene, running, admin) = try await stage()
        let start = try #require(try await admin.call("GET", "/api/changes").json["next"]?.integer)
        async let news = admin.call("GET", "/api/changes?after=\(start)")
        try await scene.say("opening hours")
        let heard = try await news.json
        #expect(heard["is_incomplete"] == .bool(false))
        #expect(heard["changes"]?[0]?["kind"] == "message" && heard["changes"]?[0]?["conversation"] == .integer(1))
        let old = try await admin.call("GET", "/api/changes?after=5").json
        #expect(old["is_incomplete"] == .bool(true))
        // A client that waits for changes does not hold up a stop.
        try await scene.expectEntries(["sent"])
        let now = try #require(try await admin.call("GET", "/api/changes").json["next"]?.integer)
        let waiting = Task { try? await admin.ask("GET", "/api/changes?after=\(now)") }
        let begin = ContinuousClock.now
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
        #expect(ContinuousClock.now - begin < .seconds(13), "the grace period is over only after 14 seconds")
        _ = await waiting.value
    }

    @Test func whateverIsAskedWronglyHearsWhatToDo() async throws {
        let (scene, running, admin) = try await stage()
        for (method, path, failure) in [
            ("GET", "/nothing", "404 not-found: there is nothing at this address; /api/openapi.json describes the API"),
            (
                "GET", "/api/nothing",
                "404 not-found: there is no such call; /api/openapi.json describes those there are"
            ),
            ("DELETE", "/api/outbox/1", "405 method-not-allowed: use GET here"),
            ("POST", "/metrics", "405 method-not-allowed: use GET here"),
            ("GET", "/api/outbox/none", "400 bad-request: 'entry' in the path is a whole number from 1"),
            (
                "GET", "/api/conversations?before=17",
                "400 bad-request: 'before' in the query is `next` of the page before, as it is"
            ),
            ("GET", "/api/outbox?limit=1000", "400 bad-request: 'limit' in the query is a whole number from 1 to 200"),
            (
                "GET", "/api/outbox?state=lost",
                "400 bad-request: 'state' in the query is one of: attention, all, waiting, sending, held, sent, failed, dropped, dry-run"
            ),
            (
                "GET", "/api/outbox?limt=1",
                "400 bad-request: 'limt' in the query means nothing here; known are: state, account, before, limit"
            ),
            (
                "GET", "/api/outbox?account=1",
                "400 bad-request: there is no account '1'; there is: 972771234567, 972550000019, 972550000020"
            ),
        ] {
            #expect(try await admin.ask(method, path).failure == failure)
        }
        #expect(try await admin.ask("DELETE", "/api/outbox/1").headers["allow"] == "GET")
        let large = try await admin.ask(
            "POST", "/api/try", .object(["text": .string(String(repeating: "a", count: 70_000))]))
        #expect(large.failure == "413 body-too-large: the body is larger than 64 KiB")
        var headers = ["Authorization": "Bearer \(AdminClient.token)", "Content-Type": "text/plain"]
        #expect(
            try await admin.ask("POST", "/api/try", .object(["text": "a"]), headers: headers).failure
                == "415 not-json: the body is JSON, and the content type says so: application/json")
        headers["Content-Type"] = "application/json"
        #expect(
            try await admin.ask("POST", "/api/try", .array([]), headers: headers).failure
                == "400 bad-request: the body is a JSON object")
        _ = await scene.stop(running)
    }

    private static let hasValidator = Tool.works("python3", "-c", "import openapi_spec_validator")

    @Test(.enabled(if: hasValidator, "openapi-spec-validator is not installed: pip install openapi-spec-validator"))
    func theDocumentIsOpenAPI() async throws {
        let (scene, running, admin) = try await stage()
        let file = scene.folder.appendingPathComponent("openapi.json")
        try Data(admin.document.encoded).write(to: file)
        try Tool.run("python3", "-m", "openapi_spec_validator", file.path)
        _ = await scene.stop(running)
    }

    @Test func everyDocumentedCallAnswersAndNoOtherDoes() async throws {
        let (scene, running, admin) = try await stage()
        guard case .object(let paths)? = admin.document["paths"] else {
            Issue.record("the document has no paths")
            return
        }
        #expect(paths.count >= 15)
        for (path, item) in paths {
            guard case .object(let operations) = item else { continue }
            let actual = path.replacing(/\{\w+\}/, with: "1")
            for method in ["GET", "POST", "PUT", "DELETE"] where actual != "/api/changes" {
                let answer = try await admin.ask(method, actual, method == "GET" ? nil : .object(["text": "a"]))
                let isKnown = operations[method.lowercased()] != nil
                #expect((answer.status != 405) == isKnown, "\(method) \(path)")
                if isKnown {
                    #expect(
                        item[method.lowercased()]?["responses"]?["\(answer.status)"] != nil,
                        "\(method) \(path): \(answer.status)")
                }
            }
        }
        _ = await scene.stop(running)
    }
}

extension JSON {
    /// The member of a list at an index; `nil` if there is none.
    subscript(_ place: Int) -> JSON? {
        guard case .array(let items) = self, items.indices.contains(place) else { return nil }
        return items[place]
    }
}
