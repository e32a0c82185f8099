import Foundation
import HTTPTypes
import Hummingbird
import JSONText
import NIOCore
import NIOPosix
import Providers
import Responder

/// The context of a request with its connection, so that a fault can cut the connection.
struct SandboxContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// The endpoints of the stand-in: those of both providers, and `/sandbox/…` for control.
struct SandboxResponder: HTTPResponder {
    typealias Context = SandboxContext

    let provider: SandboxProvider
    let courier: WebhookCourier
    let followUps: FollowUps

    func respond(to request: Request, context: Context) async throws -> Response {
        let path = request.uri.path
        if let call = SandboxCall(path: path) {
            guard request.method == .post else { return Self.json("use POST", .methodNotAllowed) }
            return try await send(request, context, call)
        }
        switch (request.method, path) {
        case (.get, "/"):
            return Response(
                status: .ok, headers: [.contentType: "text/html; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: SandboxPage.html))
            )
        case (.post, "/whatsapp/v2/setWebhook"):
            return Self.json(await provider.setWebhook(try await Self.body(request)))
        case (.post, "/whatsapp/v2/getWebhook"):
            return Self.json(await provider.getWebhook(try await Self.body(request)))
        case (.get, "/sandbox/accounts"):
            return Self.json(.array(await provider.numbers.sorted().map(JSON.string)))
        case (.get, "/sandbox/received"):
            return Self.json(.array(await provider.received.map(\.json)))
        case (.get, "/sandbox/hooks"):
            return Self.json(.array(courier.delivered.map(\.json)))
        case (.get, "/sandbox/reads"):
            return Self.json(
                .array(await provider.reads.map { .object(["account": .string($0.account), "of": .string($0.of)]) }))
        case (.get, "/sandbox/faults"):
            return Self.json(.array(await provider.plan().map(\.json)))
        case (.post, "/sandbox/faults"):
            return try await setFaults(request)
        case (.post, "/sandbox/templates"):
            let body = try await Self.body(request)
            await provider.setTemplates(body["templates"]?.items ?? [], of: body["account"]?.text ?? "")
            return Self.json(.object(["status": .count(200)]))
        case (.post, "/sandbox/say"):
            return try await say(request)
        default:
            return try await look(request) ?? Self.json("not found", .notFound)
        }
    }

    // MARK: The providers' calls

    /// Answers a call by which something is looked at or set; returns `nil` if it is none.
    private func look(_ request: Request) async throws -> Response? {
        let authorization = request.headers[.authorization]
        let path = request.uri.path
        let parts = path.split(separator: "/")
        if request.method == .get, parts.count == 3, parts[0] == "whatsapp-api", parts[1] == "get-phone-templates" {
            return Self.json(await provider.phoneTemplates(of: String(parts[2]), authorization))
        }
        let pairs = request.uri.queryParameters.map { (String($0.key), String($0.value)) }
        let body = request.method == .post ? try await Self.body(request) : nil
        let answer = await provider.answerGraph(
            path, query: Dictionary(pairs, uniquingKeysWith: { first, _ in first }), body: body,
            authorization: authorization)
        return answer.map { Self.json($0.json, .init(code: $0.status)) }
    }

    private func send(
        _ request: Request, _ context: Context, _ call: SandboxCall
    ) async throws -> Response {
        let body = try await request.body.collect(upTo: 1 << 20)
        let (answer, delay, record) = await provider.answer(
            Array(body.readableBytesView), to: call, authorization: request.headers[.authorization])
        if let record, record.isAccepted, let account = await provider.account(record.from) {
            followUps.run { await followUp(record, account) }
        }
        if delay > .zero { try await Task.sleep(for: delay) }
        switch answer {
        case .json(let json, let status):
            return Self.json(json, .init(code: status))
        case .bare(let status, let retryAfter):
            var headers = HTTPFields()
            if let retryAfter { headers[.retryAfter] = String(retryAfter) }
            return Response(
                status: .init(code: status), headers: headers,
                body: .init(byteBuffer: ByteBuffer(string: "HTTP \(status)\n")))
        case .garbled:
            return Response(
                status: .ok, headers: [.contentType: "text/html"],
                body: .init(byteBuffer: ByteBuffer(string: "<html>gateway")))
        case .hang:
            try await Task.sleep(for: .seconds(300))
            throw HTTPError(.gatewayTimeout)
        case .cut:
            // A linger time of zero makes the kernel send a reset instead of an orderly close.
            let abrupt = linger(l_onoff: 1, l_linger: 0)
            _ = try? await (context.channel as? any SocketOptionProvider)?.setSoLinger(abrupt).get()
            try? await context.channel.close()
            throw HTTPError(.badGateway)
        }
    }

    /// Posts the hooks that follow an accepted send: delivery acks, or the news that it failed after all.
    private func followUp(_ record: ReceivedSend, _ account: SandboxAccount) async {
        guard let unique = record.unique else { return }
        if account.meta != nil { return await followUpAtMeta(record, account) }
        if case .late(let reason)? = record.fault?.kind {
            guard account.sendsSystem else { return }
            await courier.deliver(
                [
                    "status": "OK", "hook": "system", "type": "messages", "to": .string(account.number),
                    "timestamp": .seconds(of: record.receivedAt), "unique": .string(unique),
                    "messageUpdate": .count(reason), "messageTo": .string(record.to),
                ], to: account.number, at: provider
            )
            return
        }
        guard account.sendsStatus else { return }
        for ack in 1...3 {
            await courier.deliver(
                [
                    "status": "OK", "hook": "update", "unique": .string(unique), "from": .string(record.to),
                    "to": .string(account.number), "ack": .count(ack),
                ], to: account.number, at: provider
            )
        }
    }

    /// Posts Meta's statuses: the first by itself, the others together.
    private func followUpAtMeta(_ record: ReceivedSend, _ account: SandboxAccount) async {
        func status(_ word: String, _ code: Int? = nil) -> JSON {
            MetaHook.status(word, of: record, failure: code, at: record.receivedAt)
        }
        var posts = [[status("sent")], [status("delivered"), status("read")]]
        if case .late(let code)? = record.fault?.kind { posts = [[status("failed", code)]] }
        for statuses in posts where account.sendsStatus {
            await courier.deliver(MetaHook.body(of: account, statuses: statuses), to: account.number, at: provider)
        }
    }

    // MARK: Steering

    private func setFaults(_ request: Request) async throws -> Response {
        let json = try await Self.body(request)
        let entries: [JSON]
        if case .array(let list) = json["faults"] ?? json { entries = list } else { entries = [json] }
        var faults: [Fault] = []
        for entry in entries {
            guard let fault = Fault(entry) else {
                return Self.json(
                    "one of reason, status, delay, hang, reset, lost, garbled, strings, late is expected", .badRequest)
            }
            faults.append(fault)
        }
        await provider.setFaults(faults)
        return Self.json(.array(faults.map(\.json)))
    }

    private func say(_ request: Request) async throws -> Response {
        let json = try await Self.body(request)
        // Messages in a list come in one webhook, at Meta.
        let all = json.items.isEmpty ? [json] : json.items
        let said = all.compactMap { SandboxMessage($0) }
        guard said.count == all.count, let first = said.first, let account = await provider.account(first.account),
            said.allSatisfy({ $0.account == first.account }), said.count == 1 || account.meta != nil
        else {
            return Self.json(
                "account and from are expected; the account must be known here, and ago a time span such as 25h",
                .badRequest)
        }
        for one in said { await provider.recordMessage(from: one.address, to: account.number, at: one.sentAt) }
        let hook =
            account.meta == nil
            ? first.hook
            : MetaHook.body(of: account, messages: said.map(\.metaMessage), contacts: said.map(\.metaContact))
        let status = await courier.post(hook, to: account)
        if status != 200, account.retries {
            followUps.run { await courier.deliver(hook, to: account.number, at: provider) }
        }
        return Self.json(
            .object([
                "unique": .string(first.unique), "status": .count(status),
            ]))
    }

    private static func body(_ request: Request) async throws -> JSON {
        let buffer = try await request.body.collect(upTo: 1 << 20)
        return JSON(parsing: buffer.readableBytesView) ?? .null
    }

    private static func json(_ json: JSON, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: json.encoded + [10]))
        )
    }

    private static func json(_ error: String, _ status: HTTPResponse.Status) -> Response {
        json(.object(["error": .string(error)]), status)
    }
}

extension ReceivedSend {
    var json: JSON {
        var members: [String: JSON] = [
            "received_at": .integer(receivedAt.milliseconds), "provider": .string(provider.rawValue),
            "from": .string(from),
            "to": .string(to), "kind": .string(kind), "text": .string(text),
            "variables": .texts(variables), "accepted": .bool(isAccepted),
        ]
        if let replyTo { members["reply_to"] = .string(replyTo) }
        if let reason { members["reason"] = .count(reason) }
        if let unique { members["unique"] = .string(unique) }
        if let fault { members["fault"] = fault.json }
        members["request"] = request
        return .object(members)
    }
}

extension DeliveredHook {
    fileprivate var json: JSON {
        .object([
            "posted_at": .integer(postedAt.milliseconds), "account": .string(account), "hook": .string(hook),
            "unique": .string(unique), "status": .count(status),
            "tries": .count(tries),
        ])
    }
}
