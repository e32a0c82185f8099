import JSONText
import Providers
import Responder
import Synchronization
import Testing

@testable import Sandbox

private let account = "972771234567"
private let contact = "972501234567"
private let wrote = Timestamp(seconds: 1_700_000_000)

/// A wall clock that shows the time it is set to.
private final class Wall: Sendable {
    private let moment = Mutex(wrote)
    var now: Timestamp {
        get { moment.withLock { $0 } }
        set { moment.withLock { $0 = newValue } }
    }
}

private struct Stand {
    let wall = Wall()
    let provider: SandboxProvider

    init() {
        let wall = wall
        provider = SandboxProvider(accounts: [SandboxAccount(number: account, key: "k")], now: { wall.now })
    }

    /// Sends a request as replyd encodes it and reads the answer as replyd does.
    func send(
        _ content: ProviderMessage = .text("hi", replyTo: nil), by dialect: Provider = .ninetyNineDigital,
        key: String = "k", from number: String = account, to address: String = contact
    ) async throws -> AttemptOutcome {
        let sender = ProviderAccount(number: number, provider: dialect, credential: Secret(key))
        let request = SendRequest(content, from: sender, to: address)
        var isTemplate = false
        if case .template = content { isTemplate = true }
        let answer = await provider.answer(
            JSON.object(request.body).encoded, to: SandboxCall(dialect, isTemplate ? .template : .text),
            authorization: request.headers["Authorization"]
        ).answer
        guard case .json(let json, let status) = answer else { throw CancellationError() }
        return SendAnswer(status: status, body: json.encoded).outcome
    }
}

@Suite struct SandboxProviderTests {
    /// A trial of the shut window must not pass because the window was open after all.
    @Test func aMessageWasSentWhenItIsSaidToHaveBeenOrIsRefused() {
        func message(_ ago: String) -> SandboxMessage? {
            SandboxMessage(
                .object(["account": .string(account), "from": .string(contact), "ago": .string(ago)]), now: wrote)
        }
        #expect(message("25h")?.sentAt == wrote - .hours(25))
        for now in ["", "now"] { #expect(message(now)?.sentAt == wrote) }
        for odd in ["yesterday", "25 h", "1.5d", "-5m"] { #expect(message(odd) == nil, "\(odd)") }
    }

    /// Checks the reasons of the two documents, each by its cause.
    @Test(arguments: [Provider.ninetyNineDigital, .sms019, .sms019v2])
    func everyReasonComesFromItsCause(dialect: Provider) async throws {
        let stand = Stand()
        #expect(try await stand.send(by: dialect, from: "972000000000").refusal?.reason == 2)
        #expect(try await stand.send(by: dialect, key: "wrong").refusal?.reason == 3)
        #expect(try await stand.send(by: dialect, to: "").refusal?.reason == 4)
        #expect(try await stand.send(by: dialect, to: "+972-50").refusal?.reason == 4)
        #expect(try await stand.send(.text("", replyTo: nil), by: dialect).refusal?.reason == 5)
        #expect(try await stand.send(by: dialect).refusal?.reason == 8)
        await stand.provider.recordMessage(from: contact, to: account, at: wrote)
        #expect(try await stand.send(by: dialect).kind == .accepted)
        stand.wall.now = wrote + .hours(24)
        #expect(try await stand.send(by: dialect).refusal?.reason == 7)
    }

    /// The window is exact to the second, and every message of the contact opens it anew.
    @Test func theWindowIsTwentyFourHours() async throws {
        let stand = Stand()
        await stand.provider.recordMessage(from: contact, to: account, at: wrote)
        stand.wall.now = wrote + .hours(24) - .seconds(1)
        let last = try await stand.send()
        #expect(last == .accepted(unique: await stand.provider.received.last?.unique, minutesLeft: 0))
        stand.wall.now = wrote + .hours(24)
        #expect(try await stand.send().refusal?.reason == 7)
        await stand.provider.recordMessage(from: contact, to: account, at: wrote + .hours(23))
        #expect(try await stand.send().kind == .accepted)
    }

    @Test(arguments: [Provider.ninetyNineDigital, .sms019, .sms019v2])
    func aTemplateNeedsNoWindowAndOpensNone(dialect: Provider) async throws {
        let stand = Stand()
        let template = RenderedTemplate(name: "reopen", language: .hebrew, variables: ["a", "b"])
        #expect(try await stand.send(.template(template), by: dialect).kind == .accepted)
        #expect(await stand.provider.received.last?.variables == ["a", "b"])
        #expect(try await stand.send(by: dialect).refusal?.reason == 8)
        let broken = RenderedTemplate(name: "reopen", language: .hebrew, variables: ["a\nb"])
        #expect(try await stand.send(.template(broken), by: dialect).refusal?.reason == 5)
    }

    @Test func aRequestIsEchoedWithoutItsKeyWhereThatIsAsked() async throws {
        let stand = Stand()
        await stand.provider.recordMessage(from: contact, to: account, at: wrote)
        let body = #"{"apiKey":"k","from":"\#(account)","to":"\#(contact)","body":"hi","showRequest":1}"#
        let answer = await stand.provider.answer(
            Array(body.utf8), to: SandboxCall(.ninetyNineDigital, .text), authorization: nil
        ).answer
        guard case .json(let json, 200) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(json["originalRequest"]?["body"] == "hi")
        #expect(json["originalRequest"]?["apiKey"] == nil)
        #expect(json["templateTimeLeft"] == .integer(1440))
        #expect(json["conversationTimeLeft"] == .integer(0))
    }

    @Test func faultsBefallTheSendsTheyAreMeantForAsOftenAsTold() async throws {
        let stand = Stand()
        await stand.provider.recordMessage(from: contact, to: account, at: wrote)
        let template = ProviderMessage.template(RenderedTemplate(name: "t", language: .english))
        await stand.provider.setFaults([
            Fault(.reason(6), times: 2, only: "text"), Fault(.reason(4), times: nil, to: "972509999999"),
        ])
        #expect(try await stand.send(template).kind == .accepted)
        #expect(try await stand.send().refusal?.reason == 6)
        #expect(try await stand.send().refusal?.reason == 6)
        #expect(try await stand.send().kind == .accepted)
        for _ in 0..<3 { #expect(try await stand.send(to: "972509999999").refusal?.reason == 4) }
    }

    @Test func numbersComeAsStringsWhereThatIsAsked() async throws {
        let stand = Stand()
        await stand.provider.recordMessage(from: contact, to: account, at: wrote)
        await stand.provider.setFaults([Fault(.strings)])
        #expect(try await stand.send().kind == .accepted)
    }

    @Test func webhookSettingsAreKeptAndReadBack() async {
        let stand = Stand()
        let set = JSON.object([
            "apiKey": "k", "from": .string(account), "url": "http://x/", "system": .integer(0), "readStatus": "1",
            "retry": .integer(0),
        ])
        let expected = JSON.object([
            "status": "OK", "reason": .integer(1), "url": "http://x/", "system": .integer(0), "readStatus": .integer(1),
            "retry": .integer(0),
        ])
        #expect(await stand.provider.setWebhook(set) == expected)
        #expect(await stand.provider.getWebhook(.object(["apiKey": "k", "from": .string(account)])) == expected)
        #expect(
            await stand.provider.getWebhook(.object(["apiKey": "x", "from": .string(account)]))["reason"] == .integer(3)
        )
        #expect(await stand.provider.getWebhook(.object(["apiKey": "k", "from": "1"]))["reason"] == .integer(2))
    }

    @Test(arguments: [
        #"{"reason":6,"times":2}"#, #"{"retry_after":3,"status":503,"times":1}"#, #"{"delay":"2000ms","times":1}"#,
        #"{"hang":true,"times":0}"#,
        #"{"reset":true,"times":1}"#, #"{"lost":true,"only":"text","times":1,"to":"9725"}"#,
        #"{"garbled":true,"times":1}"#,
        #"{"strings":true,"times":1}"#, #"{"late":7,"times":1}"#,
    ])
    func faultsAreReadAndWrittenAlike(json: String) throws {
        let parsed = try #require(JSON(parsing: Array(json.utf8)))
        let fault = try #require(Fault(parsed))
        #expect(String(decoding: fault.json.encoded, as: UTF8.self) == json)
    }

    @Test(arguments: ["{}", #"{"status":9}"#, #"{"delay":"soon"}"#, #"{"hang":false}"#, "[]"])
    func whatIsNoFaultIsNone(json: String) throws {
        let parsed = try #require(JSON(parsing: Array(json.utf8)))
        #expect(Fault(parsed) == nil)
    }
}
