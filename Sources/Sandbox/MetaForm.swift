import JSONText
import Providers
import Responder

/// The form of Meta's Cloud API.
struct MetaForm: SandboxForm {
    private let call: SandboxCall

    init(_ call: SandboxCall) { self.call = call }

    var unreadable: SandboxProvider.Answer { error(100) }
    var fine: Int? { nil }
    var read: SandboxProvider.Answer { .json(.object(["success": .bool(true)])) }

    func isRead(_ request: JSON) -> Bool { request["status"]?.text == "read" }

    func account(_ request: JSON, _ accounts: [String: SandboxAccount]) -> String {
        accounts.first { $0.value.meta?.phoneNumberID == call.line }?.key ?? ""
    }

    func key(_ request: JSON, _ authorization: String?) -> String? { authorization?.bearer }

    func record(_ request: JSON, from: String, at now: Timestamp) -> ReceivedSend {
        let type = request["type"]?.text ?? ""
        let part = request[type]
        let (kind, text): (String, String?) =
            switch type {
            case "text": ("text", part?["body"]?.text)
            case "interactive":
                (
                    part?["type"]?.text == "cta_url" ? "link" : "choices",
                    part?["body"]?["text"]?.text
                )
            case "template": ("template", part?["name"]?.text)
            case "reaction": ("reaction", part?["emoji"]?.text)
            case "location":
                (
                    "location",
                    [part?["name"]?.text, part?["latitude"]?.text, part?["longitude"]?.text]
                        .compactMap(\.self).joined(separator: "\n")
                )
            default: (type, [part?["caption"]?.text, part?["link"]?.text].compactMap(\.self).joined(separator: "\n"))
            }
        let body = part?["components"]?.items.first { $0["type"]?.text == "body" }
        var record = ReceivedSend(
            receivedAt: now, provider: call.provider, from: from,
            to: request["to"]?.text ?? request["recipient"]?.text ?? "", kind: kind, text: text ?? "",
            variables: (body?["parameters"]?.items ?? []).compactMap { $0["text"]?.text },
            replyTo: (request["context"]?["message_id"] ?? part?["message_id"])?.text)
        record.request = request
        record.mark = request["biz_opaque_callback_data"]?.text
        return record
    }

    func refusal(
        _ request: JSON, _ record: ReceivedSend, _ account: SandboxAccount?, key: String?, lastMessage: Timestamp?,
        at now: Timestamp
    ) -> Int? {
        guard let account else { return 33 }
        if let wanted = account.key, key != wanted { return 190 }
        guard request["messaging_product"]?.text == "whatsapp", record.kind != "" else { return 100 }
        // An id in `to` gets a 200 at Meta and is never delivered: here it is found.
        let isNumber = record.to.allSatisfy { $0.isASCII && $0.isNumber }
        guard !record.to.isEmpty, isNumber == (request["to"] != nil) else { return 131009 }
        if record.kind == "template" { return record.variables.contains { $0.contains("\n") } ? 132018 : nil }
        if record.text.isEmpty { return 131008 }
        guard let lastMessage, now - lastMessage < Window.length else { return 131047 }
        return nil
    }

    func newUnique() -> String { "wamid.\(SandboxProvider.newUnique())" }

    func answer(
        _ record: ReceivedSend, _ request: JSON, minutesLeft: Int64, strings: Bool, at now: Timestamp
    ) -> SandboxProvider.Answer {
        guard let unique = record.unique else { return error(record.reason ?? 0) }
        return .json(
            .object([
                "messaging_product": "whatsapp",
                "contacts": .array([.object(["input": .string(record.to), "wa_id": .string(record.to)])]),
                "messages": .array([.object(["id": .string(unique), "message_status": "accepted"])]),
            ]))
    }

    func failure(_ failure: SandboxFailure) -> SandboxProvider.Answer {
        switch failure {
        case .noAccount: error(33)
        case .wrongKey: error(190)
        case .unknownContact: error(131009)
        }
    }

    /// Returns the answer with an error, with the HTTP status that goes with its code.
    private func error(_ code: Int) -> SandboxProvider.Answer {
        let status =
            switch code {
            case 0, 190: 401
            case 3, 10, 200...299, 131005: 403
            case 33: 404
            case 4, 80007, 130429, 131056: 429
            case 1, 2, 131000, 131016, 131057, 133004: 500
            default: 400
            }
        return .json(Self.error(code), status: status)
    }

    /// Returns an error in Meta's form, as answers have it.
    private static func error(_ code: Int) -> JSON {
        .object([
            "error": .object([
                "message": .string("(#\(code)) sandbox"), "type": "OAuthException", "code": .count(code),
                "error_data": .object(["messaging_product": "whatsapp", "details": "planned by the sandbox"]),
                "fbtrace_id": "SANDBOX",
            ])
        ])
    }
}
