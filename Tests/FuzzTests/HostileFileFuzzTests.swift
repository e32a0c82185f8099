import Daemon
import JSONText
import Providers
import Responder
import RuleFiles
import SeededRandom
import Testing

@testable import replyd

/// Files in which a text whose characters have no length limit stands wherever a text may stand.
@Suite struct HostileFileFuzzTests {
    /// A rules file; the hostile text replaces a text between `«` and `»`.
    private static let rules = """
        version: 1
        settings: {expired: {template: reopen, variables: [«x»]}}
        words: {greeting: [«hi», שלום]}
        hours: {shop: {timezone: «UTC», open: {«mon»: 09:00-18:00, sun: «09:00-18:00»}, except: {«2026-12-24»: closed}}}
        rules:
          - {id: «a», match: «a b», reply: «{{message.text}}», set: {topic: «x», «other»: a}, cooldown: {for: 1h, group: «g»}}
          - {id: b, match: {exact: [«x»], starts: [«x»], contains: [«x»], none: [«y»]}, one_of: [«x», x], when: {state: {topic: «x»}}}
          - {id: c, match: {regex: «(x+)y»}, reply: "{{match.0}}", at_open: «shop», handoff: {pause: 1h, notify: «https://x.il»}}
          - {id: d, match: {any: [«delivery», $greeting], fuzzy: 2}, template: {name: «t», language: «he», variables: [«v»]}, tag: «t»}
          - {id: e, match: {type: «image», replying_to: «a»}, reply: «x», forward: «https://x.il», when: {account: «972771234567»}}
          - {id: f, match: z, reply: x, when: {contact: «972501234567», date: «2026-12-24», between: «10:00-11:00», tagged: «t»}}
        tests:
          - {says: «a b», name: «n», at: «2026-12-24 10:00», contact_name: «n», expect: {text: «a b»}}
          - {says: hi, expect: {rule: «d», template: «t»}}
          - {says: xxy, expect: {text: [«/x/»]}}
        """

    private static let configuration = """
        listen: «127.0.0.1:8080»
        admin: «127.0.0.1:8081»
        admin_token: «0123456789012345»
        database: «a.sqlite»
        rules: «rules»
        alert_url: «https://x.il»
        max_memory: «16MiB»
        expired: {template: «t», language: «he», variables: [«{{contact.name}}»]}
        accounts:
          - number: «972771234567»
            provider: «99digital»
            base_url: «https://x.il»
            api_key: «k»
            webhook_secret: «${A}»
            allow_from: [«10.0.0.1»]
            rate: «20/s»
            timeout: «10s»
            on_unknown: «hold»
        «admin_token_file»: x
        """

    /// Returns the file with a text in one place or another, with a long one in one, with one in all of them, and
    /// unchanged.
    private static func files(_ pattern: String, _ kind: Int) -> [String] {
        // JSON's escapes are valid in YAML too.
        func quoted(_ text: String) -> String { String(decoding: JSON.string(text).encoded, as: UTF8.self) }
        let pieces = pattern.split(separator: "«").map { $0.split(separator: "»").map(String.init) }
        let places = 1..<pieces.count
        func file(scalars: Int, _ isHostile: (Int) -> Bool) -> String {
            let text = quoted(HostileText.text(kind, scalars: scalars))
            return pieces[0][0] + places.map { (isHostile($0) ? text : quoted(pieces[$0][0])) + pieces[$0][1] }.joined()
        }
        // Each place meets a third of the kinds: with few scalars, which are read, and with many, which may be refused.
        let some = places.filter { $0 % 3 == kind % 3 }
        return [20, 1000].flatMap { scalars in some.map { place in file(scalars: scalars) { $0 == place } } } + [
            file(scalars: 20_000) { $0 == 1 + kind % places.count },
            file(scalars: 4000) { _ in true },
            file(scalars: 0) { _ in false },
        ]
    }

    @Test(arguments: HostileText.kinds.indices)
    func anyTextInAnyPlaceOfARulesFileIsReadOrRefusedInTime(kind: Int) {
        Fuzz.each(of: 0..<1, share: 0...1, longest: .seconds(60)) { _ in
            var sound = 0
            for text in Self.files(Self.rules, kind) {
                let file = SourceFile(path: "a.yaml", text: text)
                let loaded = RuleSetLoader.load([file], lint: RuleLint())
                try checkPlaces(loaded.diagnostics, in: file)
                try checkIsVisible(loaded.report().harmless)
                guard let rules = loaded.ruleSet else { continue }
                sound += 1
                for test in loaded.tests { _ = RuleTestRunner(rules: rules).run(test) }
            }
            try #require(sound >= 1, "the file is sound but for the text")
            return true
        }
    }

    @Test(arguments: HostileText.kinds.indices)
    func anyTextInAnyPlaceOfAConfigurationIsReadOrRefusedInTime(kind: Int) {
        Fuzz.each(of: 0..<1, share: 0...1, longest: .seconds(60)) { _ in
            for text in Self.files(Self.configuration, kind) {
                let file = SourceFile(path: "replyd.yaml", text: text)
                let loaded = ConfigurationLoader(environment: ["A": "x"]) { _ in nil }.load(file)
                try checkPlaces(loaded.diagnostics, in: file)
                try checkIsVisible(loaded.report().harmless)
            }
            return true
        }
    }
}
