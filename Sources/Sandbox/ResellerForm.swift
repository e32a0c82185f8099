import JSONText
import Providers
import Responder

/// The form of 99digital and 019sms.
struct ResellerForm: SandboxForm {
    private let call: SandboxCall
    private var provider: Provider { call.provider }
    private var isV2: Bool { provider == .sms019v2 }

    init(_ call: SandboxCall) { self.call = call }

    var unreadable: SandboxProvider.Answer { .json(wrap(["status": "FAIL", "reason": .integer(2)])) }
    var fine: Int? { 1 }
    var read: SandboxProvider.Answer { .json(.object(["status": "OK", "reason": .integer(1)])) }

    func isRead(_ request: JSON) -> Bool { call.name == .read }

    func account(_ request: JSON, _ accounts: [String: SandboxAccount]) -> String {
        request[isV2 ? "source" : "from"]?.text ?? ""
    }

    func key(_ request: JSON, _ authorization: String?) -> String? {
        provider == .ninetyNineDigital ? request["apiKey"]?.text : authorization?.bearer
    }

    func record(_ request: JSON, from: String, at now: Timestamp) -> ReceivedSend {
        let isTemplate = call.name == .template
        var variables: [String] = []
        if isV2, let fields = request["dynamicFieldsObject"], case .object(let members) = fields {
            variables = members.sorted { (Int($0.key) ?? 0) < (Int($1.key) ?? 0) }.compactMap(\.value.text)
        } else if isTemplate {
            variables = (1...10).compactMap { request["bodyVariable\($0)"]?.text }
        }
        let textKey = isTemplate ? (isV2 ? "templateId" : "name") : (isV2 ? "message" : "body")
        let (kind, text): (String, String?) =
            switch call.name {
            case .template: ("template", request[textKey]?.text)
            case .file: ("file", [request["caption"]?.text, request["body"]?.text].lines)
            case .location: ("location", [request["caption"]?.text, request["lat"]?.text, request["lng"]?.text].lines)
            case .reaction: ("reaction", request["reaction"]?.text)
            default: ("text", request[textKey]?.text)
            }
        var shown = request
        if case .object(var members) = request {
            members["apiKey"] = nil
            shown = .object(members)
        }
        var record = ReceivedSend(
            receivedAt: now, provider: provider, from: from,
            to: request[isV2 ? "destination" : "to"]?.text ?? "", kind: kind, text: text ?? "", variables: variables,
            replyTo: (request["replyTo"] ?? request["unique"])?.text)
        record.request = shown
        return record
    }

    func refusal(
        _ request: JSON, _ record: ReceivedSend, _ account: SandboxAccount?, key: String?, lastMessage: Timestamp?,
        at now: Timestamp
    ) -> Int? {
        guard let account else { return 2 }
        if let wanted = account.key, key != wanted { return 3 }
        if call.name == .reaction {
            if (request["unique"]?.text ?? "").isEmpty { return 4 }
            guard let lastMessage, now - lastMessage < Window.length else { return 7 }
            return record.text.isEmpty ? 5 : nil
        }
        guard Self.isAddress(record.to) else { return 4 }
        if record.text.isEmpty || record.variables.contains(where: { $0.contains("\n") }) { return 5 }
        if record.kind == "template" { return nil }
        guard let lastMessage else { return 8 }
        return now - lastMessage >= Window.length ? 7 : nil
    }

    /// Whether the text is a number, or an id, for example `IL.1605856887361213`.
    private static func isAddress(_ text: String) -> Bool {
        let digits = text.drop { $0.isASCII && $0.isLetter }.drop { $0 == "." }
        return (7...20).contains(digits.count) && digits.allSatisfy { $0.isASCII && $0.isNumber }
    }

    func newUnique() -> String { SandboxProvider.newUnique() }

    func answer(
        _ record: ReceivedSend, _ request: JSON, minutesLeft left: Int64, strings: Bool, at now: Timestamp
    ) -> SandboxProvider.Answer {
        func number(_ value: Int64) -> JSON { strings ? .string(String(value)) : .integer(value) }
        var members: [String: JSON] = [
            "status": record.isAccepted ? "OK" : "FAIL", "reason": number(Int64(record.reason ?? 1)),
        ]
        if let unique = record.unique {
            members["unique"] = .string(unique)
            members["timestamp"] = number(now.milliseconds / 1000)
        }
        if !isV2 {
            members["body"] = .string(record.text)
            members["from"] = .string(record.from)
            members["to"] = .string(record.to)
            // 019sms documents its figures as strings, and documents one figure that 99digital has dropped.
            members["templateTimeLeft"] = provider == .sms019 ? .string(String(left)) : number(left)
            members["conversationTimeLeft"] = provider == .sms019 ? "800" : number(0)
        }
        if provider == .ninetyNineDigital, request["showRequest"]?.integer == 1 {
            members["originalRequest"] = record.request
        }
        return .json(wrap(members))
    }

    func failure(_ failure: SandboxFailure) -> SandboxProvider.Answer {
        let reason: Int64 =
            switch failure {
            case .noAccount: 2
            case .wrongKey: 3
            case .unknownContact: 4
            }
        return .json(.object(["status": "FAIL", "reason": .integer(reason)]))
    }

    private func wrap(_ members: [String: JSON]) -> JSON {
        guard isV2 else { return .object(members) }
        return .object(["success": .bool(members["status"] == "OK"), "ans": .object(members)])
    }
}

extension [String?] {
    /// The texts that are there, in lines.
    fileprivate var lines: String { compactMap(\.self).filter { !$0.isEmpty }.joined(separator: "\n") }
}

extension String {
    /// The token of an `Authorization` header.
    var bearer: String? { hasPrefix("Bearer ") ? String(dropFirst(7)) : nil }
}
