import JSONText
import Providers
import Responder
import Testing

private func account(_ provider: Provider, base: String? = nil) -> ProviderAccount {
    ProviderAccount(number: "972771234567", provider: provider, baseURL: base, credential: Secret("k3y"))
}

private func body(_ request: SendRequest) -> String {
    String(decoding: JSON.object(request.body).encoded, as: UTF8.self)
}

@Suite struct SendRequestTests {
    @Test func textAtNinetyNineDigitalIsAsItsDocumentSays() {
        let request = SendRequest(
            .text("שלום\n*hi*", replyTo: "92E0"), from: account(.ninetyNineDigital), to: "972501234567")
        #expect(request.url == "https://api.99digital.co.il/whatsapp/v2/sendMessage")
        #expect(request.headers["Authorization"] == nil)
        #expect(request.headers["Content-Type"] == "application/json; charset=utf-8")
        #expect(
            body(request)
                == #"{"apiKey":"k3y","body":"שלום\n*hi*","from":"972771234567","replyTo":"92E0","to":"972501234567"}"#
        )
    }

    @Test func textAtSms019IsAsItsDocumentSays() {
        let request = SendRequest(.text("hi", replyTo: nil), from: account(.sms019), to: "IL.1605856887361213")
        #expect(request.url == "https://019sms.co.il/api/whatsapp/sendMessage")
        #expect(request.headers["Authorization"] == "Bearer k3y")
        #expect(body(request) == #"{"body":"hi","from":"972771234567","to":"IL.1605856887361213"}"#)
    }

    @Test func textAtSms019v2HasItsOwnNames() {
        let request = SendRequest(.text("hi", replyTo: "U"), from: account(.sms019v2), to: "972501234567")
        #expect(request.url == "https://019sms.co.il/whatsapp-api/send-whatsapp-message")
        #expect(request.headers["Authorization"] == "Bearer k3y")
        #expect(
            body(request) == #"{"destination":"972501234567","message":"hi","replyTo":"U","source":"972771234567"}"#)
    }

    @Test func templatesCarryNumbersForLanguageAndHeader() {
        let languages: [(TemplateLanguage, Int)] = [
            (.hebrew, 1), (.english, 2), (.arabic, 3), (.russian, 4), (.spanish, 5), (.chinese, 6), (.hindi, 7),
            (.thai, 8),
            (.french, 9),
        ]
        for (language, number) in languages {
            let template = RenderedTemplate(name: "reopen", language: language)
            let request = SendRequest(.template(template), from: account(.ninetyNineDigital), to: "9725")
            #expect(request.url == "https://api.99digital.co.il/whatsapp/v2/sendTemplate")
            #expect(
                body(request)
                    == #"{"apiKey":"k3y","from":"972771234567","headerType":1,"language":\#(number),"name":"reopen","to":"9725"}"#
            )
        }
        for (kind, number) in [(TemplateHeader.Kind.image, 3), (.video, 4), (.document, 5)] {
            let template = RenderedTemplate(
                name: "n", language: .english, header: TemplateHeader(kind: kind, link: "https://x/y"),
                variables: ["a", "b"]
            )
            let request = SendRequest(.template(template), from: account(.sms019), to: "9725")
            #expect(request.url == "https://019sms.co.il/api/whatsapp/sendTemplate")
            #expect(
                body(request)
                    == #"{"bodyVariable1":"a","bodyVariable2":"b","from":"972771234567","headerLink":"https://x/y","headerType":\#(number),"language":2,"name":"n","to":"9725"}"#
            )
        }
    }

    @Test func templatesAtSms019v2GoByIdAndNumberedFields() {
        let template = RenderedTemplate(name: "77", language: .hebrew, variables: ["דנה", "5"])
        let request = SendRequest(.template(template), from: account(.sms019v2), to: "9725")
        #expect(request.url == "https://019sms.co.il/whatsapp-api/send-whatsapp-template")
        #expect(
            body(request)
                == #"{"destination":"9725","dynamicFieldsObject":{"1":"דנה","2":"5"},"source":"972771234567","templateId":"77"}"#
        )
    }

    @Test func aBaseAddressOfOnesOwnIsUsedWithOrWithoutItsSlash() {
        for base in ["http://127.0.0.1:9/x", "http://127.0.0.1:9/x/"] {
            let request = SendRequest(.text("t", replyTo: nil), from: account(.ninetyNineDigital, base: base), to: "1")
            #expect(request.url == "http://127.0.0.1:9/x/sendMessage")
        }
    }

    @Test(arguments: Provider.allCases)
    func aShownRequestHasNoCredential(provider: Provider) {
        let shown = SendRequest(.text("hi", replyTo: nil), from: account(provider), to: "9725").redacted()
        #expect(!"\(shown)".contains("k3y"))
        #expect(!body(shown).contains("k3y"))
    }

    @Test func aSecretDoesNotShowItself() {
        let secret = Secret("k3y")
        var dumped = ""
        dump(account(.sms019), to: &dumped)
        #expect(!"\(secret) \(String(reflecting: secret)) \(account(.sms019)) \(dumped)".contains("k3y"))
    }
}

/// What is more than text, at the resellers.
@Suite struct RichRequestTests {
    private let digital = account(.ninetyNineDigital)

    @Test func filesAtNinetyNineDigitalGoByLink() {
        let file = MediaFile(kind: .document, link: "https://x.il/a.pdf", caption: "מחירון", name: "a.pdf")
        let request = SendRequest(.rich(.file(file), replyTo: "92E0"), from: digital, to: "972501234567")
        #expect(request.url == "https://api.99digital.co.il/whatsapp/v2/sendFile")
        #expect(
            body(request)
                == #"{"apiKey":"k3y","body":"https://x.il/a.pdf","caption":"מחירון","from":"972771234567","replyTo":"92E0","to":"972501234567"}"#
        )
    }

    @Test func placesAtNinetyNineDigitalHaveTextsForFigures() {
        let place = Location(latitude: "32.08", longitude: "34.78", name: "Shop", address: "Herzl 1")
        let request = SendRequest(.rich(.location(place), replyTo: nil), from: digital, to: "972501234567")
        #expect(request.url == "https://api.99digital.co.il/whatsapp/v2/sendLocation")
        #expect(
            body(request)
                == #"{"apiKey":"k3y","caption":"Shop, Herzl 1","from":"972771234567","lat":"32.08","lng":"34.78","to":"972501234567"}"#
        )
    }

    @Test func reactionsAtNinetyNineDigitalNameTheirMessage() {
        let request = SendRequest(.reaction("👍", to: "92E0"), from: digital, to: "972501234567")
        #expect(request.url == "https://api.99digital.co.il/whatsapp/v2/sendReaction")
        #expect(
            body(request)
                == #"{"apiKey":"k3y","from":"972771234567","reaction":"👍","to":"972501234567","unique":"92E0"}"#)
    }

    /// Reasons 4 and 5 mean other things than in answers to messages.
    @Test(arguments: [
        (4, "the provider does not know the message that is reacted to (reason 4)"),
        (5, "the provider does not know this emoji (reason 5)"),
        (7, "more than 24 hours since the contact's last message (reason 7)"),
    ])
    func reactionsHaveATableOfReasonsOfTheirOwn(reason: Int, text: String) {
        let request = SendRequest(.reaction("👍", to: "92E0"), from: digital, to: "972501234567")
        let answer = SendAnswer(status: 200, body: Array(#"{"status":"FAIL","reason":\#(reason)}"#.utf8))
        #expect(request.outcome(of: answer).refusal?.text == text)
    }

    @Test func whatALineCanNotShowIsTextOnTheWireToo() {
        let menu = Menu(text: "Which?", choices: [.init(id: "m.a", title: "A"), .init(id: "m.b", title: "B")])
        let text = #"Which?\n\n1. A\n2. B\n\nWrite the number."#
        for (provider, key) in [
            (Provider.ninetyNineDigital, "body"), (.sms019, "body"), (.sms019v2, "message"),
        ] {
            let request = SendRequest(.rich(.menu(menu), replyTo: nil), from: account(provider), to: "972501234567")
            #expect(body(request).contains(#""\#(key)":"\#(text)""#))
        }
    }
}
