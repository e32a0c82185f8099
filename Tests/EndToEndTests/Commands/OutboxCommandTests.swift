import DatabaseFile
import Foundation
import Testing

@testable import Sandbox

/// The commands that show outbox entries and decide about them, run beside the daemon that sends from the outbox.
@Suite(.serialized) struct OutboxCommandTests {
    private func run(_ scene: Scene, _ arguments: String...) async throws -> (
        status: Int32, output: String, errors: String
    ) {
        let result = try await ReplydProcess.run(
            arguments, environment: ["API_KEY": Scene.apiKey, "NO_COLOR": "1"], in: scene.folder)
        return (result.exit.status, result.output, result.errors)
    }

    @Test func aHeldEntryIsListedShownAndReleased() async throws {
        let hours = "hours: {shop: {timezone: Asia/Jerusalem, open: {sun-thu: \"09:00-18:00\"}}}\n"
        let scene = try await Scene(rules: Scene.rules.replacing("rules:", with: hours + "rules:"))
        let running = try await scene.start()
        await scene.sandbox.setFaults([Fault(.reset, times: 1)])
        try await scene.say("opening hours", name: "Dana")
        try await scene.expectEntries(["held"])
        let list = try await run(scene, "outbox", "list", "--config", "replyd.yaml")
        #expect(list.status == 0)
        #expect(list.output.hasPrefix("entry  state  reason   since (Asia/Jerusalem)  contact"), "\(list.output)")
        #expect(list.output.contains(/1\s+held\s+unknown\s+\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\s+972501234567\s+hours\s+/))
        let story = try await run(scene, "outbox", "show", "--config", "replyd.yaml", "1").output
        #expect(story.hasPrefix("entry 1: held (unknown)\n  from 972771234567 to 972501234567\n  since "))
        #expect(story.contains(/since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \(Asia\/Jerusalem\)\n/), "\(story)")
        #expect(story.contains("  the contact wrote: opening hours\n"))
        #expect(story.contains("attempt 1, text: unknown, no answer came: "))
        #expect(story.contains("then release it or drop it."))
        let release = try await run(scene, "outbox", "release", "--config", "replyd.yaml", "1")
        #expect(release.status == 0 && release.errors == "entry 1 is released\n")
        // The daemon is notified at once.
        try await scene.expectEntries(["sent"])
        let again = try await run(scene, "outbox", "release", "--config", "replyd.yaml", "1")
        #expect(again.status == 1)
        #expect(
            again.errors
                == "replyd: entry 1 is sent; only held, failed and dropped ones, and those that wait for a stopped account, can be released.\n"
        )
        let empty = try await run(scene, "outbox", "list", "--config", "replyd.yaml")
        #expect(empty.output == "Nothing needs a look.\n")
        #expect(try await run(scene, "outbox", "show", "--config", "replyd.yaml", "99").status == 1)
        #expect(try await run(scene, "outbox", "list", "--config", "replyd.yaml", "--state", "hold").status == 64)
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
    }

    @Test func whatIsDroppedIsNotSentAndLetsTheNextOneGo() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        await scene.sandbox.setFaults([Fault(.reason(3))])
        try await scene.say("opening hours")
        try await scene.say("order 12345")
        try await scene.expect("SELECT count(*) FROM stopped_account", gives: ["1"])
        try await scene.expectEntries(["waiting", "waiting"])
        let list = try await run(scene, "outbox", "list", "--config", "replyd.yaml", "--json").output
        #expect(list.split(separator: "\n").count == 2, "entries of a stopped account need a look")
        #expect(try await run(scene, "outbox", "drop", "--config", "replyd.yaml", "1").status == 0)
        _ = await scene.stop(running)
        await scene.sandbox.setFaults([])
        let second = try await scene.start()
        try await scene.expectEntries(["dropped", "sent"])
        #expect(await scene.sandbox.received.filter(\.isAccepted).map(\.text) == ["Order 12345 is on its way."])
        _ = await scene.stop(second)
    }

    /// The provider asks for a pause of a quarter of an hour; the first entry is given up, and the next need not wait.
    @Test(arguments: ["drop", "forget"])
    func whatStandsBehindADroppedEntryGoesAtOnce(way: String) async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        await scene.sandbox.setFaults([Fault(.status(500, retryAfter: 900), times: 1)])
        try await scene.say("order 12345")
        try await scene.expect("SELECT state || attempts FROM outbox", gives: ["waiting1"])
        try await scene.say("order 67890")
        if way == "drop" {
            #expect(try await run(scene, "outbox", "drop", "--config", "replyd.yaml", "1").status == 0)
            #expect(try await scene.accepted(1).map(\.text) == ["Order 67890 is on its way."])
        } else {
            #expect(try await run(scene, "forget", "--config", "replyd.yaml", "--yes", Scene.contact).status == 0)
            // For replyd this is a new contact.
            try await scene.say("order 11111")
            #expect(try await scene.accepted(1).map(\.text) == ["Order 11111 is on its way."])
        }
        _ = await scene.stop(running)
    }

    @Test func aPersonIsForgottenAndABackupOpens() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        try await scene.say("order 98765", name: "Dana Very Private")
        _ = try await scene.accepted(1)
        try await scene.expectEntries(["sent"])
        let backup = try await run(scene, "backup", "--config", "replyd.yaml", "copy.sqlite")
        #expect(backup.status == 0, "\(backup.errors)")
        #expect(try scene.query("SELECT body FROM message", database: "copy.sqlite") == ["order 98765"])
        #expect(try scene.query("PRAGMA integrity_check", database: "copy.sqlite") == ["ok"])
        #expect(try await run(scene, "backup", "--config", "replyd.yaml", "copy.sqlite").status == 1)
        let nobody = try await run(scene, "forget", "--config", "replyd.yaml", "972000000000")
        #expect(
            nobody == (
                1, "",
                "replyd: nobody here is 972000000000. Numbers are written like 052-111-2233 or 972521112233.\n"
            ))
        let unasked = try await run(scene, "forget", "--config", "replyd.yaml", "050-123-4567")
        #expect(
            unasked == (
                64, "",
                """
                to be erased for good: 972501234567 (account 972771234567): 1 message, 1 answer
                replyd: nothing is erased, for nobody can be asked here. Add --yes.

                """
            ))
        #expect(try scene.texts() == ["order 98765"])
        let forget = try await run(scene, "forget", "--config", "replyd.yaml", "--yes", "0501234567")
        #expect(
            forget == (0, "", "erased: 972501234567 (account 972771234567): 1 message, 1 answer\n"))
        #expect(try scene.query("SELECT body || payload || address FROM message") == [""])
        _ = await scene.stop(running)
        for file in ["data.sqlite", "data.sqlite-wal"] {
            let data = (try? Data(contentsOf: scene.folder.appendingPathComponent(file))) ?? Data()
            for word in ["98765", "Very Private", Scene.contact] {
                #expect(data.range(of: Data(word.utf8)) == nil, "\(word) in \(file)")
            }
        }
        let again = try await scene.start()
        try await scene.say("order 55555")
        #expect(try await scene.accepted(2).last?.text == "Order 55555 is on its way.")
        _ = await scene.stop(again)
    }

    @Test(.enabled(if: Tool.works("script", "--version")), arguments: [("n", 1, "hello"), ("y", 0, "")])
    func onATerminalAPersonIsAskedBeforeSomebodyIsErased(answer: String, status: Int32, left: String) async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        try await scene.say("hello")
        try await scene.expectDecisions(1)
        let command = "'\(ReplydProcess.binary.path)' forget --config replyd.yaml +972-50-1234567"
        let pipe = Pipe()
        let process = try ChildProcess(
            ["sh", "-c", "echo \(answer) | timeout 30 script -qec \"\(command)\" /dev/null"], in: scene.folder,
            output: pipe)
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(process.waitUntilExit().status == status, "\(output)")
        #expect(output.contains("to be erased for good: 972501234567 (account 972771234567): 1 message, 0 answers\r\n"))
        #expect(output.contains("Erase it? [y/N] "))
        #expect(try scene.texts() == [left])
        _ = await scene.stop(running)
    }

    @Test func whoMayBeOneOfManyIsNotErased() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        for account in [Scene.digital, Scene.sms] { try await scene.say("hello", to: account) }
        try await scene.expectDecisions(2)
        // One of our accounts, in another country.
        try scene.openDatabase().execute(
            "UPDATE contact SET number = '44501234567', account = '447700900123' WHERE account = ?", Scene.sms)
        #expect(
            try await run(scene, "forget", "--config", "replyd.yaml", "--yes", "050-1234567") == (
                1, "",
                "replyd: 050-1234567 may be any of these: 972501234567 (account 972771234567), 44501234567 (account 447700900123). Write the number with its country.\n"
            ))
        #expect(
            try await run(scene, "forget", "--config", "replyd.yaml", "--yes", "+972-50-1234567").errors
                == "erased: 972501234567 (account 972771234567): 1 message, 0 answers\n"
        )
        _ = await scene.stop(running)
    }

    @Test func aRobotThatAnswersAnswersIsLeftAlone() async throws {
        let scene = try await Scene(settings: "loop_guard: {answers: 5, within: 10m, pause: 1h}")
        let running = try await scene.start()
        for number in 0..<4 { try await scene.say("count \(number)") }
        _ = try await scene.accepted(4)
        for number in 4..<8 { try await scene.say("count \(number)") }
        try await scene.expectDecisions(8)
        #expect(
            try scene.decisions().suffix(4) == [
                "reply matched", "silent loop", "silent paused", "silent paused",
            ])
        try await scene.say("opening hours", from: "972521111111")
        try await scene.say("opening hours", from: "972521111111")
        try await scene.say("opening hours", from: "972521111111")
        try await scene.expectDecisions(2, because: "loop")
        _ = await scene.stop(running)
        // One line for each robot, in the whole log.
        #expect(running.process.errors.components(separatedBy: "it may be a robot").count == 3)
    }
}
