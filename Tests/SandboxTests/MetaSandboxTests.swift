import JSONText
import Providers
import Responder
import Testing

@testable import Sandbox

private let number = "972771234567"
private let contact = "972501234567"
private let wrote = Timestamp(seconds: 1_700_000_000)

/// The stand-in for Meta: it takes what replyd sends, and refuses what Meta would.
@Suite struct MetaSandboxTests {
    private let provider = SandboxProvider(
        accounts: [
            SandboxAccount(number: number, key: "k", meta: .init(phoneNumberID: "112", appSecret: "s"))
        ], now: { wrote })

    private func send(
        _ message: ProviderMessage, key: String = "k", line: String = "112", to address: String = contact
    ) async throws -> AttemptOutcome {
        let account = ProviderAccount(
            number: number, provider: .meta, credential: Secret(key), settings: ["phone_number_id": line])
        let request = SendRequest(
            message, from: account, to: address, mark: AttemptMark(entry: 1, attempt: 2, startedAt: wrote))
        let answer = await provider.answer(
            JSON.object(request.body).encoded, to: SandboxCall(.meta, .messages, line: line),
            authorization: request.headers["Authorization"]
        ).answer
        guard case .json(let json, let status) = answer else { throw CancellationError() }
        return request.outcome(of: SendAnswer(status: status, body: json.encoded))
    }

    @Test func everyRefusalHasMetasCode() async throws {
        let text = ProviderMessage.text("hi", replyTo: nil)
        #expect(try await send(text, line: "999").kind == .accountFault)
        #expect(try await send(text, key: "wrong").refusal?.reason == 190)
        #expect(try await send(text).refusal?.reason == 131047)
        #expect(try await send(.template(RenderedTemplate(name: "t", language: .hebrew))).kind == .accepted)
        await provider.recordMessage(from: contact, to: number, at: wrote - .hours(23))
        #expect(try await send(text).kind == .accepted)
        await provider.setFaults([Fault(.reason(131056)), Fault(.status(503, retryAfter: nil))])
        #expect(try await send(text).refusal?.congestion == .contact)
    }

    @Test func whatIsSentIsRecordedAsTheContactSeesIt() async throws {
        await provider.recordMessage(from: contact, to: number, at: wrote)
        let menu = Menu(text: "Which?", choices: [.init(id: "m.a", title: "A")])
        _ = try await send(.rich(.menu(menu), replyTo: "wamid.Q"))
        _ = try await send(.rich(.file(MediaFile(kind: .image, link: "https://x.il/a", caption: "c")), replyTo: nil))
        _ = try await send(.reaction("👍", to: "wamid.Q"))
        let received = await provider.received
        #expect(received.map(\.kind) == ["choices", "image", "reaction"])
        #expect(received.map(\.text) == ["Which?", "c\nhttps://x.il/a", "👍"])
        #expect(received.map(\.replyTo) == ["wamid.Q", nil, "wamid.Q"])
        #expect(received[0].mark == "replyd.1.2.1700000000000")
        #expect(received.allSatisfy { $0.unique?.hasPrefix("wamid.") == true })
    }

    @Test func whatItPostsReplydReads() throws {
        let account = SandboxAccount(number: number, meta: .init(phoneNumberID: "112", appSecret: "s"))
        let said = try #require(
            SandboxMessage(
                .object([
                    "account": .string(number), "from": .string(contact), "from_id": "IL.1", "name": "Dana",
                    "type": "list", "text": "Hours", "choice": "menu.hours", "quote": "wamid.Q",
                ]), now: wrote))
        var record = ReceivedSend(
            receivedAt: wrote, provider: .meta, from: number, to: contact, kind: "text", text: "hi")
        (record.unique, record.mark) = ("wamid.S", "replyd.1.2.3")
        let body = MetaHook.body(
            of: account, messages: [said.metaMessage], contacts: [said.metaContact],
            statuses: [MetaHook.status("read", of: record, at: wrote)])
        let content = try Provider.meta.read(
            webhook: JSON.object(body).encoded, of: WebhookLines(home: number, accounts: ["112": number]), at: wrote)
        let mark = AttemptMark(entry: 1, attempt: 2, startedAt: Timestamp(milliseconds: 3))
        #expect(
            content.items.map(\.event) == [
                .message(
                    Message(
                        account: number, unique: said.unique,
                        contact: Contact(id: "IL.1", number: contact, address: contact, name: "Dana"), type: .list,
                        body: "Hours", quoted: "wamid.Q", choice: "menu.hours", timestamp: wrote)),
                .update(
                    DeliveryUpdate(
                        unique: "wamid.S", contact: ReportedContact(contact), ack: 3, origin: .attempt(mark))),
            ])
    }
}
