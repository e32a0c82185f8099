import Foundation
import Testing

/// The commands as they are typed, on files as they are written.
@Suite(.serialized) struct CommandTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("replyd-commands-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private static let project = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    private func run(_ arguments: String...) async throws -> (status: Int32, output: String, errors: String) {
        let result = try await ReplydProcess.run(arguments, in: folder)
        return (result.exit.status, result.output, result.errors)
    }

    private func write(_ text: String, _ name: String = "rules.yaml") throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }

    private static let shop = """
        version: 1
        settings: {expired: {template: reopen_chat}}
        hours:
          shop: {timezone: Asia/Jerusalem, open: {sun-thu: "09:00-18:00"}}
        rules:
          - id: hours
            match: שעות
            reply: "09:00–18:00"
            tests: [{says: מה השעות?}, {says: שעות}]
          - id: closed
            when: {closed: shop}
            match: anything
            cooldown: 12h
            reply: "נפתח {{hours.shop.next_open}}"
            tests:
              - at: 2026-11-21 22:30
                says: שלום
                expect: {text: /יום ראשון ב-09:00/}
        """

    @Test func theRulesThatComeWithReplydAreInOrderAndTheirTestsPass() async throws {
        let rules = Self.project.appendingPathComponent("rules").path
        let check = try await run("check", "--strict", "--rules", rules)
        #expect(check.status == 0 && check.output.isEmpty, "\(check.output)")
        let tests = try await run("test", "--rules", rules)
        #expect(tests.status == 0, "\(tests.output)")
        #expect(tests.output.contains("tests passed\n") && !tests.output.contains("without a test"))
    }

    @Test func aTrialKnowsOfTheContactWhatItIsTold() async throws {
        try write(
            """
            version: 1
            settings: {expired: {template: reopen_chat}}
            hours:
              shop: {timezone: Asia/Jerusalem, open: {sun-sat: "09:00-18:00"}}
            rules:
              - id: vip
                when: {tagged: vip, state: {topic: order}, open: shop}
                match: anything
                reply: "{{contact.name}}, here is your order."
              - id: order
                match: order
                tag: vip
                set: {topic: order}
                reply: "Which one?"
              - id: other
                match: anything
                reply: "Hello."
            """)
        let known = try await run(
            "try", "--rules", "rules.yaml", "--at", "12:00", "--name", "דנה", "--state", "topic=order", "--tag", "vip",
            "hi")
        #expect(known.output.contains("rule vip") && known.output.contains("דנה, here is your order."), "\(known)")
        let night = try await run(
            "try", "--rules", "rules.yaml", "--at", "03:00", "--state", "topic=order", "--tag", "vip", "hi")
        #expect(night.output.contains("rule other"), "\(night)")
        let wrong = try await run("try", "--rules", "rules.yaml", "--at", "noon", "hi")
        #expect(wrong.errors == "replyd: 'noon' is no time. Write it like \"2026-11-21 22:30\" or \"22:30\".\n")
    }

    @Test func aTrialByAConfigurationHasItsRulesAndItsFallback() async throws {
        try write(
            "version: 1\nrules:\n  - {id: hello, match: hello, reply: hi}\n")
        try write(
            "listen: 127.0.0.1:0\nrules: rules.yaml\nexpired: {template: reopen_chat, language: he}\naccounts:\n  - {number: \"972771234567\", provider: 99digital, api_key: k, webhook_secret: \"${NONE}\"}\n",
            "replyd.yaml")
        let without = try await run("try", "--rules", "rules.yaml", "--window", "expired", "hello")
        #expect(without.output.contains("no template is configured"), "\(without)")
        let with = try await run("try", "--config", "replyd.yaml", "--window", "expired", "hello")
        #expect(with.status == 0 && with.output.contains("template reopen_chat"), "\(with)")
        let strange = try await run("try", "--config", "replyd.yaml", "--account", "972779999999", "hello")
        #expect(strange.status == 64)
        #expect(
            strange.errors == "replyd: 972779999999 is no account of the configuration. One of: 972771234567.\n",
            "\(strange)")
    }

    @Test func aConfigurationThatIsWhereItUsuallyIsNeedNotBeNamed() async throws {
        try write("listen: nowhere\n", "replyd.yaml")
        for command in [["status"], ["doctor"], ["outbox", "list"], ["serve"], ["webhook", "show"]] {
            let result = try await ReplydProcess.run(command, in: folder)
            #expect(result.exit.status == 78)
            #expect(result.errors.contains("replyd.yaml:1:"), "\(command): \(result.errors)")
        }
    }

    @Test func aSandboxWhosePortIsTakenSaysSo() async throws {
        let scene = try await Scene()
        let taken = scene.sandboxPort
        let result = try await run("sandbox", "--listen", "127.0.0.1:\(taken)", "--account=972771234567")
        #expect(result.status == 78)
        #expect(
            result.errors
                == "replyd: 127.0.0.1:\(taken) is taken by another program. Stop that program, or change `--listen`.\n")
    }

    @Test func theSchemaBesideTheRulesIsTheOneThatIsPrinted() async throws {
        let file = Self.project.appendingPathComponent("rules/replyd.schema.json")
        let printed = try await run("schema").output
        #expect(
            printed == (try String(contentsOf: file, encoding: .utf8)),
            "run: replyd schema > rules/replyd.schema.json")
        #expect(try JSONSerialization.jsonObject(with: Data(printed.utf8)) is [String: Any])
    }

    @Test func tryPrintsTheObjectThatIsDocumented() async throws {
        try write(Self.shop)
        let result = try await run(
            "try", "--rules", "rules.yaml", "--at", "2026-11-21 22:30", "--json", "מה השעות?")
        #expect(result.status == 0)
        #expect(
            result.output == """
                {"because":"the message says 'שעות'","changes":{},"messages":[{"kind":"text","quote":true,"text":"09:00–18:00"}],\
                "outcome":"reply","reason":"matched","rule":"hours","why":[{"because":"the message says 'שעות'",\
                "file":"rules.yaml","line":6,"matched":true,"rule":"hours"},{"because":"it answers every message, but 'hours' comes first",\
                "file":"rules.yaml","line":10,"matched":true,"rule":"closed"}]}

                """)
    }

    @Test func trySaysWhyInWords() async throws {
        try write(Self.shop)
        let result = try await run(
            "try", "--rules", "rules.yaml", "--at", "2026-11-22 10:00", "--why", "hello")
        #expect(
            result.output == """
                silent (no-match), no rule: no rule matches

                  ✗ hours   the message does not say 'שעות'  rules.yaml:6
                  ✗ closed  closed: shop is open (it is Sun 10:00, Asia/Jerusalem)  rules.yaml:10

                """)
        let expired = try await run(
            "try", "--rules", "rules.yaml", "--window", "expired", "--at", "2026-11-22T10:00Z", "שעות")
        #expect(expired.output.hasPrefix("template by rule hours: "))
        #expect(expired.output.contains("template reopen_chat (he)"))
        #expect(try await run("try", "--rules", "rules.yaml", "--at", "noon", "x").status == 64)
        #expect(try await run("try", "--rules", "rules.yaml", "--type", "txt", "x").status == 64)
        #expect(try await run("try", "--rules", "nowhere.yaml", "x").status == 1)
    }

    @Test func aTestThatFailsShowsTheDifferenceAndWhy() async throws {
        try write(Self.shop.replacing("שעות}]", with: "לא ידוע}]"))
        let result = try await run("test", "--rules", "rules.yaml")
        #expect(result.status == 1)
        #expect(
            result.output == """
                rules.yaml:9: failed: hours: לא ידוע
                    - rule hours
                    + no rule
                    why: hours: the message does not say 'שעות'  rules.yaml:6
                2 tests passed, 1 failed

                """)
        let junit = try await run("test", "--rules", "rules.yaml", "--format", "junit").output
        #expect(junit.hasPrefix(#"<?xml version="1.0" encoding="UTF-8"?>"#))
        #expect(junit.contains(#"<testsuite name="replyd" tests="3" failures="1">"#))
        #expect(junit.contains(#"<failure message="- rule hours + no rule">"#))
    }

    @Test func checkSpeaksToMachinesToo() async throws {
        try write(Self.shop.replacing("reply: \"נפתח", with: "replay: \"נפתח"))
        let text = try await run("check", "--rules", "rules.yaml")
        #expect(text.status == 1 && text.errors == "1 error\n")
        let json = try await run("check", "--rules", "rules.yaml", "--format", "json")
        #expect(json.status == 1)
        #expect(
            json.output.contains(
                #"{"code":"error","column":5,"file":"rules.yaml","hint":"did you mean 'reply'?","length":6,"line":14,"message":"unknown key 'replay' in a rule","severity":"error"}"#
            ))
        let sarif = try await run("check", "--rules", "rules.yaml", "--format", "sarif")
        let object = try JSONSerialization.jsonObject(with: Data(sarif.output.utf8)) as? [String: Any]
        #expect(object?["version"] as? String == "2.1.0")
        #expect(sarif.output.contains(#""region":{"endColumn":11,"startColumn":5,"startLine":14}"#))
    }

    @Test func warningsAreErrorsWhereThatIsAskedFor() async throws {
        try write(
            "version: 1\nrules:\n  - id: a\n    match: anything\n    reply: hi\n    expired: silent\n    tests: [{says: x}]\n"
        )
        let usual = try await run("check", "--rules", "rules.yaml")
        #expect(usual.status == 0 && usual.errors.contains("1 rule in 1 file: no errors, 1 warning (revision "))
        #expect(
            usual.output == """
                rules.yaml:4:12: warning: this rule answers every message, each time anew
                    4 |     match: anything
                      |            ^~~~~~~~ add 'cooldown: 12h', so that nobody gets it in a row

                """)
        #expect(try await run("check", "--rules", "rules.yaml", "--strict").status == 1)
    }

    @Test func whatIsWrongWithTheConfigurationHidesNothingOfTheRules() async throws {
        try write("version: 1\nrules:\n  - {id: a, match: hi, replay: x}\n")
        try write("rules: rules.yaml\nacounts: []\n", "replyd.yaml")
        let both = try await run("check", "--config", "replyd.yaml")
        #expect(
            both == (
                1,
                """
                replyd.yaml:2:1: error: unknown key 'acounts' in the configuration
                    2 | acounts: []
                      | ^~~~~~~ did you mean 'accounts'?
                rules.yaml:3:24: error: unknown key 'replay' in a rule
                    3 |   - {id: a, match: hi, replay: x}
                      |                        ^~~~~~ did you mean 'reply'?

                """, "2 errors\n"
            ))
        // If no rules are named, no error about rules is printed.
        try write("accounts: {}\n", "replyd.yaml")
        #expect(try await run("check", "--config", "replyd.yaml").errors == "2 errors\n")
    }

    @Test func aFileThatIsNoYAMLHidesNothingOfTheOthers() async throws {
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("rules"), withIntermediateDirectories: true)
        try write("version: 1\nrules: [\n", "rules/a.yaml")
        try write("version: 1\nrules:\n  - {id: b, match: hi, reply: '{{nobody}}'}\n", "rules/b.yaml")
        try write("version: 1\nrules:\n  - {id: c, match: anything, reply: hi}\n", "rules/c.yaml")
        let check = try await run("check", "--rules", "rules")
        #expect(check.status == 1)
        for file in ["rules/a.yaml:", "rules/b.yaml:3:", "rules/c.yaml:3:"] {
            #expect(check.output.contains(file), "\(file) in \(check.output)")
        }
    }
}
