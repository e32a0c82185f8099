import JSONText
import Providers
import Responder
import Testing

private let account = ProviderAccount(
    number: "972771234567", provider: .ninetyNineDigital, credential: Secret("k3y"))

private func body(_ request: SendRequest) -> String {
    String(decoding: JSON.object(request.body).encoded, as: UTF8.self)
}

private func settings(_ json: String, status: Int = 200) -> WebhookSettings? {
    WebhookSettings(SendAnswer(status: status, body: Array(json.utf8)))
}

@Suite struct WebhookSettingsTests {
    @Test func theCallsAreAsTheProviderDocumentsThem() {
        let get = SendRequest(webhookOf: account)
        #expect(get.url == "https://api.99digital.co.il/whatsapp/v2/getWebhook")
        #expect(body(get) == #"{"apiKey":"k3y","from":"972771234567"}"#)
        let set = SendRequest(setting: WebhookSettings(url: "https://a.example/x", system: false), of: account)
        #expect(set.url == "https://api.99digital.co.il/whatsapp/v2/setWebhook")
        #expect(
            body(set)
                == #"{"apiKey":"k3y","from":"972771234567","readStatus":1,"retry":1,"system":0,"url":"https://a.example/x"}"#
        )
    }

    @Test func numbersAndTextsAreReadAlike() {
        let answer =
            #"{"status":"OK","url":"https://a.example","system":"1","systemPhoneAlert":"0501234567","retry":1,"readStatus":0,"reason":1}"#
        #expect(settings(answer) == WebhookSettings(url: "https://a.example", readStatus: false))
    }

    @Test func aClearedAddressIsNone() {
        #expect(settings(#"{"status":"OK","url":" ","reason":1}"#)?.url == "")
    }

    @Test(arguments: [
        (#"{"status":"FAIL","reason":3,"url":"https://a.example"}"#, 200), (#"{"status":"OK","reason":1}"#, 200),
        (#"{"status":"OK","url":"https://a.example","reason":1}"#, 500), ("<html>", 200),
    ])
    func whatIsNoAnswerHoldsNoSettings(body: String, status: Int) {
        #expect(settings(body, status: status) == nil)
    }

    /// A probe sends nothing to anybody, in any dialect.
    @Test func aProbeHasNeitherContactNorText() {
        #expect(body(SendRequest(probing: account)) == #"{"apiKey":"k3y","body":"","from":"972771234567","to":""}"#)
        let v2 = ProviderAccount(number: "972771234567", provider: .sms019v2, credential: Secret("k3y"))
        #expect(body(SendRequest(probing: v2)) == #"{"destination":"","message":"","source":"972771234567"}"#)
    }
}

@Suite struct WebhookAddressTests {
    @Test(arguments: [
        ("https://shop.example/webhook/972771234567?key=s3cret", "https://shop.example", "s3cret"),
        (
            "https://shop.example:8443/bot/webhook/972771234567?key=a%26b%3D%20%2B", "https://shop.example:8443/bot",
            "a&b= +"
        ),
        ("http://[::1]:80/webhook/972771234567", "http://[::1]:80", nil),
    ])
    func anAddressIsReadAndWrittenAlike(url: String, base: String, key: String?) throws {
        let address = try #require(WebhookAddress(url))
        #expect(address.base == base && address.number == "972771234567" && address.key?.reveal() == key)
        #expect(address.url == url)
        #expect(WebhookAddress(base: base + "/", number: "972771234567", key: key.map(Secret.init)) == address)
    }

    @Test(arguments: [
        "", " ", "shop.example", "https://shop.example/", "https://shop.example/webhook/",
        "ftp://shop.example/webhook/1",
        "https://shop.example/webhook/972771234567/x", "https://other.example/hooks/T0/B0/secret",
    ])
    func anythingElseIsNone(url: String) {
        #expect(WebhookAddress(url) == nil)
    }

    @Test func whatMayBeASecretIsNotShown() {
        #expect(
            WebhookAddress.masked("https://shop.example/webhook/972771234567?key=s3cret")
                == "https://shop.example/webhook/972771234567?key=•••")
        #expect(
            WebhookAddress.masked("https://other.example/hooks/s3cret?a=s3cret#s3cret") == "https://other.example/•••")
        #expect(WebhookAddress.masked("s3cret") == "•••")
        #expect(WebhookAddress.masked("https://user:s3cret@shop.example/webhook/1") == "https://shop.example/webhook/1")
    }

    @Test(arguments: [
        ("https://shop.example", "https://shop.example"), ("HTTPS://Shop.Example/", "https://shop.example"),
        ("https://shop.example:8443/replyd/", "https://shop.example:8443/replyd"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"), ("http://[::1]", "http://[::1]"),
        ("http://localhost/x", "http://localhost/x"), ("https://[2001:db8::1]:443", "https://[2001:db8::1]:443"),
    ])
    func aBaseIsReadAsItIsMeant(text: String, base: String) throws {
        #expect(try WebhookAddress.base(parsing: text) == base)
        #expect(WebhookAddress("\(text)/webhook/972771234567")?.base.hasPrefix(base) == true)
    }

    @Test(arguments: [
        (
            "https://shop example",
            "holds a sign that no address has, such as a space; write it like https://shop.example"
        ),
        (
            "https://shop.example/a b",
            "holds a sign that no address has, such as a space; write it like https://shop.example"
        ),
        ("shop.example", "begins with https://, like https://shop.example"),
        ("127.0.0.1:8080", "begins with https://, like https://shop.example"),
        ("ftp://shop.example", "begins with https://, like https://shop.example"),
        ("", "begins with https://, like https://shop.example"),
        (
            "https://user:pass@shop.example",
            "holds a user name or a password: leave it out, the key of the webhook is enough"
        ),
        (
            "https://shop.example?key=x",
            "goes on behind '?' or '#': leave that out, the key comes from the configuration"
        ),
        ("https://shop.example#top", "goes on behind '?' or '#': leave that out, the key comes from the configuration"),
        ("https:///path", "names no host, or a port that there is not; write it like https://shop.example"),
        ("https://x%40evil.example", "names no host, or a port that there is not; write it like https://shop.example"),
        ("https://x%2fevil.example", "names no host, or a port that there is not; write it like https://shop.example"),
        ("https://", "names no host, or a port that there is not; write it like https://shop.example"),
        ("https://shop.example:0", "names no host, or a port that there is not; write it like https://shop.example"),
        (
            "https://shop.example/webhook/972771234567",
            "is only what stands in front of /webhook/: the rest comes from the configuration"
        ),
        (
            "https://shop.example/webhook",
            "is only what stands in front of /webhook/: the rest comes from the configuration"
        ),
        (
            "http://shop.example",
            "is unencrypted: others could read the key and the messages. Write https://, with a proxy such as nginx or Caddy in front of replyd"
        ),
        (
            "http://127.0.0.1.example",
            "is unencrypted: others could read the key and the messages. Write https://, with a proxy such as nginx or Caddy in front of replyd"
        ),
    ])
    func aBaseThatIsNoneSaysWhatToDo(text: String, why: String) {
        #expect {
            try WebhookAddress.base(parsing: text)
        } throws: { error in
            "\(error)" == why
        }
    }

    @Test func whatIsEscapedInAnAddressStaysSo() {
        let url = "https://shop.example/a%20b%2Fc/webhook/972771234567?key=x"
        #expect(WebhookAddress(url)?.url == url)
    }
}
