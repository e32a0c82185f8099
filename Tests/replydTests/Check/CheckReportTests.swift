import Daemon
import RuleFiles
import Testing

@testable import replyd

@Suite struct CheckReportTests {
    private let rules = """
        version: 1
        rules:
          - id: promo
            match: promo
            template:
              name: promo
              language: en_US
              variables: {name: Dana}
              buttons: [x]
              choices: {stop: Stop, go: Go on}
          - {id: menu, match: menu, reply: {text: hi, choices: {a: Alpha, b: Beta}}}
          - {id: picture, match: picture, reply: {image: "https://example.com/a.jpg"}}
          - {id: list, match: list, reply: {document: {link: "https://example.com/a.pdf", name: list.pdf}}}
          - {id: place, match: place, reply: {location: {lat: 32, lng: 34}}}
          - {id: page, match: page, reply: {text: Look, link: {title: Go, url: "https://example.com"}}}
          - {id: thumb, match: thumb, react: "👍"}
          - {id: chosen, match: {choice: [stop, go, a, b]}, reply: {text: hi, choices: {a: Alpha}}}
          - {id: of-meta, match: more, when: {account: "972500000004"}, reply: {text: hi, choices: {a: Alpha}}}
        """

    private let configuration = """
        rules: rules.yaml
        database: data.sqlite
        accounts:
          - {number: "972500000001", provider: 99digital, api_key: k, webhook_secret: a-secret-of-16-and-more}
          - {number: "972500000002", provider: 019sms, api_key: k, webhook_secret: a-secret-of-16-and-more}
          - {number: "972500000003", provider: 019sms-v2, api_key: k, webhook_secret: a-secret-of-16-and-more}
          - number: "972500000004"
            provider: meta
            phone_number_id: "1"
            api_key: k
            app_secret: a-secret-of-16-and-more
            verify_token: a-token-of-16-and-more
        """

    @Test func whatALineCannotShowIsSaidForEachAccount() throws {
        let loaded = RuleSetLoader.load([SourceFile(path: "rules.yaml", text: rules)])
        let set = try #require(loaded.ruleSet, "\(loaded.report())")
        let accounts = ConfigurationLoader().load(SourceFile(path: "replyd.yaml", text: configuration))
        var report = CheckReport()
        report.add(set, on: try #require(accounts.configuration, "\(accounts.report())").accounts)
        let templates = """
            templates' choices are understood by their titles alone (promo); \
            templates' variables go by their order, not by name (promo); \
            templates' languages have no country (promo)
            """
        let texts = """
            menus go out as text with numbers (menu, chosen); files go out as links in a text (picture, list); \
            places go out as text with a link to a map (place); \
            links go out in the text, not as buttons (page); reactions are not sent (thumb)
            """
        #expect(
            report.lineTexts == [
                """
                account 972500000001 (99digital): menus go out as text with numbers (menu, chosen); \
                documents go out without their names (list); links go out in the text, not as buttons (page); \
                \(templates)
                """,
                "account 972500000002 (019sms): \(texts); \(templates)",
                """
                account 972500000003 (019sms-v2): \(texts); \
                links and codes of templates' buttons are not filled in (promo); \(templates)
                """,
            ])
    }
}
