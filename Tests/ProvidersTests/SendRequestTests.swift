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
