import JSONText
import Responder
import SeededRandom
import Testing

@testable import Providers

/// What holds of every provider in the list, and so of the next one too.
@Suite struct EveryProviderTests {
    private static let secret = "a-secret-that-nobody-sees"

    private func account(_ provider: Provider) -> ProviderAccount {
        ProviderAccount(
            number: "972771234567", provider: provider, credential: Secret(Self.secret),
            settings: ["phone_number_id": "112"])
    }

    private static let messages: [ProviderMessage] = [
        .text("שלום", replyTo: "m1"), .reaction("👍", to: "m1"),
        .template(RenderedTemplate(name: "t", language: .hebrew, header: nil, variables: ["x"])),
        .rich(.file(MediaFile(kind: .image, link: "https://x.example/a.png", caption: "c")), replyTo: nil),
        .rich(.link(LinkButton(text: "t", title: "T", url: "https://x.example")), replyTo: nil),
    ]

    @Test(arguments: Provider.allCases)
    func aRequestFitToBeShownHoldsNoSecret(provider: Provider) {
        for message in Self.messages {
            let request = SendRequest(message, from: account(provider), to: "972501234567")
            let whole = "\(request.url) \(request.headers) \(JSON.object(request.body).encodedText)"
            #expect(whole.contains(Self.secret), "\(message): the credential is there")
            let shown = request.redacted()
            #expect(!"\(shown.url) \(shown.headers) \(JSON.object(shown.body).encodedText)".contains(Self.secret))
        }
    }

    @Test(arguments: Provider.allCases)
    func anAnswerThatMakesNoSenseIsNeverAccepted(provider: Provider) {
        let request = SendRequest(Self.messages[0], from: account(provider), to: "972501234567")
        var random = SeededRandom(seed: 16)
        var bodies = ["", "{}", "[]", "null", "<html>", "\u{0}", #"{"status":"OK""#, #"{"messages":[]}"#]
        for _ in 0..<200 {
            bodies.append(String((0..<20).map { _ in "{}[]\":,aשo1 ".randomElement(using: &random) ?? "x" }))
        }
        for body in bodies {
            for status in [200, 204, 302, 400, 401, 404, 408, 429, 500, 503, 0, -1] {
                let outcome = request.outcome(of: SendAnswer(status: status, body: Array(body.utf8)))
                #expect(outcome.kind != .accepted, "\(status) \(body)")
                if (200..<300).contains(status) || status == 408 || status >= 500 {
                    #expect(outcome.kind == .unknown || outcome.kind == .transient, "\(status) \(body) \(outcome)")
                }
            }
        }
    }

    @Test(arguments: Provider.allCases)
    func whatIsNoWebhookIsRefusedOrKeptAndNothingElse(provider: Provider) {
        var random = SeededRandom(seed: 61)
        let lines = WebhookLines(home: "972771234567", accounts: ["112": "972771234567"])
        for _ in 0..<500 {
            let body = (0..<random.upTo(60)).map { _ in UInt8(random.upTo(256)) }
            _ = try? provider.read(webhook: body, of: lines, at: Timestamp(seconds: 1_800_000_000))
        }
        for text in ["{}", "[]", #"{"hook":[]}"#, #"{"entry":{}}"#, #"{"entry":[[]]}"#, #"{"object":1,"entry":[{}]}"#] {
            let content = try? provider.read(
                webhook: Array(text.utf8), of: lines, at: Timestamp(seconds: 1_800_000_000))
            for item in content?.items ?? [] {
                if case .message = item.event { Issue.record("\(text) is no message") }
            }
        }
    }

    /// A provider that reads something of an account asks for the account alone.
    @Test(arguments: Provider.allCases)
    func anInquirySendsNothingToAnybody(provider: Provider) async throws {
        let inquiry = AccountInquiry(account(provider)) { request in
            #expect(request.call == .other && request.body["to"] != "972501234567")
            return SendAnswer(status: 500, body: [])
        }
        _ = try? await inquiry.state()
        _ = try? await inquiry.templates()
    }
}
