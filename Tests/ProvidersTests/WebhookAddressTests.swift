import Providers
import Testing

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
        // What is unescaped could write to a terminal.
        #expect(WebhookAddress.masked("https://a%1B%5B31m.example/x") == "•••")
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
