import JSONText
import Responder
import Synchronization
import Testing

@testable import Providers

/// A provider that gives one answer to each path and keeps what it was asked.
private final class Stand: Sendable {
    private let answers: [(path: String, status: Int, body: String)]
    private let log = Mutex<[SendRequest]>([])

    init(_ answers: [(path: String, status: Int, body: String)]) { self.answers = answers }

    var asked: [SendRequest] { log.withLock { $0 } }

    func inquiry(_ account: ProviderAccount, secrets: [String: [Secret]] = [:]) -> AccountInquiry {
        AccountInquiry(account, secrets: secrets) { [self] request in
            log.withLock { $0.append(request) }
            let known = answers.first { request.url.contains($0.path) }
            return SendAnswer(status: known?.status ?? 404, body: Array((known?.body ?? "").utf8))
        }
    }
}

private func account(_ provider: Provider, _ settings: [String: String] = [:]) -> ProviderAccount {
    ProviderAccount(number: "972771234567", provider: provider, credential: Secret("k3y"), settings: settings)
}

private func body(_ request: SendRequest) -> String {
    String(decoding: JSON.object(request.body).encoded, as: UTF8.self)
}

@Suite struct AccountInquiryTests {
    @Test func theWebhookAtNinetyNineDigitalIsAskedForAndSetAsItsPagesSay() async throws {
        let stand = Stand([
            (
                "getWebhook", 200,
                #"{"status":"OK","url":" https://a.example","system":"1","systemPhoneAlert":"0501234567","retry":1,"readStatus":0,"reason":1}"#
            ), ("setWebhook", 200, #"{"status":"OK","reason":1}"#),
        ])
        let inquiry = stand.inquiry(account(.ninetyNineDigital))
        let settings = try #require(try await inquiry.state().webhook)
        #expect(settings.url == "https://a.example")
        #expect(settings.switches.map { "\($0.name) \($0.isOn)" } == ["retry true", "readStatus false", "system true"])
        try await inquiry.setWebhook(WebhookAddress("https://a.example/webhook/972771234567?key=a%26b")!)
        #expect(
            stand.asked.map(\.url) == [
                "https://api.99digital.co.il/whatsapp/v2/getWebhook",
                "https://api.99digital.co.il/whatsapp/v2/setWebhook",
            ])
        #expect(
            stand.asked.map(body) == [
                #"{"apiKey":"k3y","from":"972771234567"}"#,
                #"{"apiKey":"k3y","from":"972771234567","readStatus":1,"retry":1,"system":1,"url":"https://a.example/webhook/972771234567?key=a%26b"}"#,
            ])
    }

    @Test(arguments: [
        (#"{"status":"FAIL","reason":3,"url":"https://a.example"}"#, 200),
        ("<html>", 200),
    ])
    func aRefusalHoldsNoSettings(answer: String, status: Int) async throws {
        let inquiry = Stand([("getWebhook", status, answer)]).inquiry(account(.ninetyNineDigital))
        await #expect(throws: AccountInquiry.Refused.self) { try await inquiry.state() }
    }

    @Test(arguments: [
        (#"{"status":"OK","url":"https://a.example","reason":1}"#, 500), (#"{"status":"OK","reason":1}"#, 200),
    ])
    func anAnswerThatMakesNoSenseHoldsNoSettings(answer: String, status: Int) async throws {
        let inquiry = Stand([("getWebhook", status, answer)]).inquiry(account(.ninetyNineDigital))
        #expect(try await inquiry.state().webhook == nil)
    }

    /// A probe sends nothing to anybody.
    @Test func aProviderWithoutSuchACallIsAskedToSendNothingToNobody() async throws {
        let stand = Stand([("send-whatsapp-message", 200, #"{"success":false,"ans":{"status":"FAIL","reason":4}}"#)])
        let inquiry = stand.inquiry(account(.sms019v2))
        #expect(try await inquiry.state().webhook == nil)
        #expect(stand.asked.map(body) == [#"{"destination":"","message":"","source":"972771234567"}"#])
    }

    // MARK: Meta

    private static let line = (
        path: "/112?", status: 200,
        body:
            #"{"id":"112","display_phone_number":"+972 77-123-4567","quality_rating":"GREEN","webhook_configuration":{"application":"https://shop.example/webhook/meta","phone_number":""}}"#
    )
    private static let token = (
        path: "/debug_token", status: 200,
        body:
            #"{"data":{"app_id":"42","expires_at":0,"is_valid":true,"scopes":["whatsapp_business_management","whatsapp_business_messaging"]}}"#
    )
    private static let fields = (
        path: "/42/subscriptions", status: 200,
        body:
            #"{"data":[{"object":"page","fields":[]},{"object":"whatsapp_business_account","fields":[{"name":"messages","version":"v26.0"}]}]}"#
    )
    private static let apps = (
        path: "/998/subscribed_apps", status: 200,
        body: #"{"data":[{"whatsapp_business_api_data":{"id":"42","name":"shop"}}]}"#
    )
    private static let settings = ["phone_number_id": "112", "waba_id": "998"]

    private func meta(
        _ answers: [(path: String, status: Int, body: String)],
        secrets: [String: [Secret]] = ["app_secret": [Secret("s")]]
    ) -> (Stand, AccountInquiry) {
        let stand = Stand(answers + [Self.line, Self.token, Self.fields, Self.apps])
        return (stand, stand.inquiry(account(.meta, Self.settings), secrets: secrets))
    }

    @Test func aLineAtMetaIsLookedAtFromAllSides() async throws {
        let (stand, inquiry) = meta([])
        let state = try await inquiry.state()
        #expect(state.remarks.isEmpty)
        #expect(state.webhook?.url == "https://shop.example/webhook/meta")
        #expect(state.webhook?.switches.map { "\($0.name) \($0.isOn)" } == ["messages true", "subscribed_apps true"])
        let base = "https://graph.facebook.com/v26.0"
        #expect(
            stand.asked.map(\.url) == [
                "\(base)/112?fields=display_phone_number,verified_name,quality_rating,webhook_configuration",
                "\(base)/debug_token?input_token=k3y", "\(base)/42/subscriptions", "\(base)/998/subscribed_apps",
            ])
        #expect(
            stand.asked.map { $0.headers["Authorization"] } == [
                "Bearer k3y", "Bearer k3y", "Bearer 42|s", "Bearer k3y",
            ])
        #expect(stand.asked.allSatisfy { $0.isReading && $0.body.isEmpty })
    }

    @Test func whatIsWrongAtMetaIsNamed() async throws {
        let line =
            #"{"display_phone_number":"+1 555-0100","quality_rating":"RED","webhook_configuration":{}}"#
        let token = #"{"data":{"app_id":"42","expires_at":"1800000000","scopes":["public_profile"]}}"#
        let (_, inquiry) = meta([
            ("/112?", 200, line), ("/debug_token", 200, token), ("/42/subscriptions", 401, #"{"error":{"code":190}}"#),
            ("/998/subscribed_apps", 200, #"{"data":[]}"#),
        ])
        let state = try await inquiry.state()
        #expect(
            state.remarks.map(\.text) == [
                "`phone_number_id` is that of 15550100, and not of this account",
                "Meta rates the quality of the number as low: it may soon be restricted",
                "the token ends on 2027-01-15 (UTC): from then on nothing is sent",
                "the token may not send: it lacks the permission whatsapp_business_messaging",
                "Meta refuses the `app_secret`: replyd turns all of its webhooks away",
            ])
        #expect(state.webhook?.url == "")
        #expect(state.webhook?.switches.map { "\($0.name) \($0.isOn)" } == ["subscribed_apps false"])
    }

    @Test func anAppWithoutTheFieldForMessagesIsFoundAndOneOfSeveralSecretsIsEnough() async throws {
        let (stand, inquiry) = meta(
            [("/42/subscriptions", 200, #"{"data":[]}"#)], secrets: ["app_secret": [Secret("new"), Secret("old")]])
        #expect(try await inquiry.state().webhook?.switches.first?.isOn == false)
        #expect(stand.asked.filter { $0.url.contains("subscriptions") }.count == 1)
    }

    /// Meta allows few such questions an hour.
    @Test(arguments: [(429, 4), (500, 2)])
    func aSecretIsNotCalledWrongBecauseMetaIsBusy(status: Int, code: Int) async throws {
        let (_, inquiry) = meta([("/42/subscriptions", status, #"{"error":{"code":\#(code)}}"#)])
        let state = try await inquiry.state()
        #expect(state.remarks.isEmpty)
        #expect(state.webhook?.switches.map(\.name) == ["subscribed_apps"])
    }

    @Test func aTokenThatMetaRefusesIsRefused() async throws {
        let (_, inquiry) = meta([("/112?", 401, #"{"error":{"code":190,"message":"x"}}"#)])
        await #expect {
            try await inquiry.state()
        } throws: { error in
            (error as? AccountInquiry.Refused)?.outcome.kind == .accountFault
        }
    }

    @Test func theWebhookAtMetaIsSetForTheNumberAlone() async throws {
        let (stand, inquiry) = meta(
            [("/998/subscribed_apps", 200, #"{"success":true}"#), ("/112", 200, #"{"success":true}"#)],
            secrets: ["verify_token": [Secret("word")]])
        try await inquiry.setWebhook(WebhookAddress(base: "https://shop.example", number: "972771234567", key: nil))
        #expect(
            stand.asked.map { "\($0.url) \(body($0))" } == [
                "https://graph.facebook.com/v26.0/998/subscribed_apps {}",
                #"https://graph.facebook.com/v26.0/112 {"webhook_configuration":{"override_callback_uri":"https://shop.example/webhook/972771234567","verify_token":"word"}}"#,
            ])
    }

    // MARK: Templates

    @Test func metasTemplatesAreReadPageByPage() async throws {
        let first =
            #"{"data":[{"name":"hello","language":"en_US","status":"APPROVED","components":[{"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"Hi {{1}}, {{2}} and {{1}}"}]}],"paging":{"cursors":{"after":"a=b"},"next":"https://x"}}"#
        let second =
            #"{"data":[{"name":"news","language":"he","status":"PAUSED","components":[{"type":"BODY","text":"שלום {{name}}"}]},{"name":1}],"paging":{"cursors":{"after":"c"}}}"#
        let (stand, inquiry) = meta([("after=a%3Db", 200, second), ("/998/message_templates", 200, first)])
        let templates = try #require(try await inquiry.templates())
        #expect(
            templates == [
                ProviderTemplate(
                    name: "hello", language: TemplateLanguage(rawValue: "en_US"), obstacle: nil,
                    texts: ["{{1}} {{2}}"], header: .file(.image)),
                ProviderTemplate(
                    name: "news", language: .hebrew, obstacle: "paused", texts: ["{{name}}"], header: .none),
            ])
        #expect(templates.map(\.variables) == [2, 1] && templates[1].names == ["name"])
        #expect(stand.asked.count == 2)
    }

    @Test func withoutTheBusinessAccountItsKeyIsAskedFor() async throws {
        let inquiry = Stand([]).inquiry(account(.meta, ["phone_number_id": "112"]))
        await #expect {
            try await inquiry.templates()
        } throws: { error in
            (error as? AccountInquiry.KeyMissing)?.name == "waba_id"
        }
    }

    @Test func theResellersTemplatesAreReadToo() async throws {
        let digital =
            #"{"status":"OK","reason":1,"list":[{"name":"hello","language":"1","category":2,"status":"approved","template":[{"type":"header","text":"H"},{"type":"body","text":"{{1}} {{2}}"}]},{"name":"old","language":2,"status":"paused","template":[]}]}"#
        let stand = Stand([
            ("getTemplates", 200, digital),
            (
                "get-phone-templates/972771234567", 200,
                #"{"success":true,"templates":[{"name":"n","templateId":"111_x","language":"1","body":"a {{1}}","status":0}]}"#
            ),
        ])
        let templates = try await stand.inquiry(account(.ninetyNineDigital)).templates()
        #expect(
            templates?.map { "\($0.name) \($0.language?.rawValue ?? "") \($0.obstacle ?? "-") \($0.variables)" } == [
                "hello he - 2", "old en paused 0",
            ])
        let numbered = try await stand.inquiry(account(.sms019v2)).templates()
        #expect(numbered?.map { "\($0.name) \($0.language?.rawValue ?? "") \($0.variables)" } == ["111_x he 1"])
        #expect(try await stand.inquiry(account(.sms019)).templates() == nil)
    }

    @Test func whatIsWrongWithATemplateIsSaid() throws {
        let text = try RuleText("x")
        let all = [
            ProviderTemplate(
                name: "hello", language: .hebrew, obstacle: nil, texts: ["{{1}} {{2}}"], header: .file(.image)),
            ProviderTemplate(name: "hello", language: .english, obstacle: "rejected", texts: [], header: .none),
            ProviderTemplate(name: "named", language: .hebrew, obstacle: nil, texts: ["{{name}}"], header: .none),
        ]
        func objection(
            _ name: String, _ language: TemplateLanguage = .hebrew, _ variables: Int = 0, names: [String] = [],
            header: TemplateHeader? = nil, _ abilities: LineAbilities = LineAbilities()
        ) -> String? {
            var template = TemplateMessage(
                name: name, language: language, header: header, variables: (0..<variables).map { _ in text })
            template.names = names
            return ProviderTemplate.objection(to: template, among: all, abilities)
        }
        let picture = TemplateHeader(kind: .image, link: "https://x.example/a.jpg")
        #expect(objection("other") == "is none of the 3 templates that the provider has")
        #expect(objection("hello", .arabic) == "the provider has in en, he alone")
        #expect(objection("hello", .english) == "can't be sent: the provider says 'rejected'")
        #expect(objection("hello", .hebrew, 1) == "has 2 variables at the provider, and the rules fill in 1")
        #expect(
            objection("hello", .hebrew, 2)
                == "has an image above its text at the provider, and the rules name no `header`")
        #expect(objection("hello", .hebrew, 2, header: picture) == nil)
        #expect(
            objection("hello", .hebrew, 2, header: TemplateHeader(kind: .video, link: "https://x.example/a"))
                == "has an image above its text at the provider")
        #expect(objection("named", .hebrew, 1) == "has the variables name at the provider")
        #expect(objection("named", .hebrew, 1, names: ["name"]) == nil)
        #expect(
            objection("named", .hebrew, 1, names: ["name"], header: picture)
                == "has no file above its text at the provider")
        #expect(
            objection("hello", .hebrew, 2, names: ["a", "b"], header: picture)
                == "has variables with numbers at the provider, and the rules name them")
        var plain = LineAbilities()
        (plain.namesTemplateVariables, plain.hasTemplateCountries) = (false, false)
        #expect(objection("named", TemplateLanguage(rawValue: "he_IL"), 1, names: ["x"], plain) == nil)
    }
}
