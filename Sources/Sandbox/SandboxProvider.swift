import Foundation
import JSONText
public import Providers
public import Responder

/// An account at the stand-in provider.
public struct SandboxAccount: Sendable {
    /// The number of the account.
    public var number: String
    /// The API key or bearer token of the account; `nil` if any key is accepted.
    public var key: String?
    /// The address that webhooks are posted to; `nil` until `setWebhook`.
    public var webhook: String?
    /// Whether `system` hooks are sent.
    public var sendsSystem = true
    /// Whether `update` hooks are sent.
    public var sendsStatus = true
    /// Whether webhooks that fail are sent again.
    public var retries = true

    /// Creates an account that sends all hooks and retries webhooks that fail.
    public init(number: String, key: String? = nil, webhook: String? = nil) {
        self.number = number
        self.key = key
        self.webhook = webhook
    }
}

/// One send that the stand-in provider received.
public struct ReceivedSend: Sendable {
    /// The time at which the send was received.
    public var receivedAt: Timestamp
    /// The provider whose API was called.
    public var provider: Provider
    /// The account that sends.
    public var from: String
    /// The contact that is sent to.
    public var to: String
    /// The kind of send: `text` or `template`.
    public var kind: String
    /// The text, or the name of the template.
    public var text: String
    /// The variables of the template, in their order.
    public var variables: [String] = []
    /// The id of the quoted message.
    public var replyTo: String?
    /// The `reason` in the answer; `nil` if there was no answer with a reason.
    public var reason: Int?
    /// The id that the provider gave to the send; `nil` if it was not accepted.
    public var unique: String?
    /// The fault that was applied to the send.
    public var fault: Fault?

    /// Whether the send was accepted, so that a contact would have got it.
    public var isAccepted: Bool { unique != nil }
}

/// The behaviour of the two providers: accounts, keys, the 24-hour window, and the planned faults.
actor SandboxProvider {
    enum Answer: Sendable {
        case json(JSON, status: Int = 200)
        case bare(status: Int, retryAfter: Int?)
        case garbled
        case hang
        case cut
    }

    private var accounts: [String: SandboxAccount]
    /// The times at which contacts last wrote, by account and contact.
    private var lastMessages: [String: [String: Timestamp]] = [:]
    private var faults: [Fault] = []
    private(set) var received: [ReceivedSend] = []
    private let now: @Sendable () -> Timestamp

    init(accounts: [SandboxAccount], now: @escaping @Sendable () -> Timestamp) {
        self.accounts = Dictionary(uniqueKeysWithValues: accounts.map { ($0.number, $0) })
        self.now = now
    }

    // MARK: Set-up

    func account(_ number: String) -> SandboxAccount? { accounts[number] }
    var numbers: [String] { Array(accounts.keys) }
    func plan() -> [Fault] { faults }
    func setFaults(_ plan: [Fault]) { faults = plan }

    func recordMessage(from contact: String, to account: String, at moment: Timestamp) {
        let known = lastMessages[account]?[contact]
        lastMessages[account, default: [:]][contact] = max(known ?? moment, moment)
    }

    func setWebhook(_ request: JSON) -> JSON {
        guard let number = request["from"]?.text, var account = accounts[number] else { return Self.failure(2) }
        guard account.key == nil || request["apiKey"]?.text == account.key else { return Self.failure(3) }
        account.webhook = request["url"]?.text ?? account.webhook
        if let system = request["system"]?.integer { account.sendsSystem = system == 1 }
        if let status = request["readStatus"]?.integer { account.sendsStatus = status == 1 }
        if let retry = request["retry"]?.integer { account.retries = retry == 1 }
        accounts[number] = account
        return webhook(account)
    }

    func getWebhook(_ request: JSON) -> JSON {
        guard let number = request["from"]?.text, let account = accounts[number] else { return Self.failure(2) }
        guard account.key == nil || request["apiKey"]?.text == account.key else { return Self.failure(3) }
        return webhook(account)
    }

    private func webhook(_ account: SandboxAccount) -> JSON {
        .object([
            "status": "OK", "reason": .integer(1), "url": .string(account.webhook ?? ""),
            "system": .integer(account.sendsSystem ? 1 : 0), "readStatus": .integer(account.sendsStatus ? 1 : 0),
            "retry": .integer(account.retries ? 1 : 0),
        ])
    }

    // MARK: Sending

    /// Answers one send: returns the answer, the delay before it, and the record of the send.
    func send(_ body: [UInt8], provider: Provider, isTemplate: Bool, authorization: String?) -> (
        answer: Answer, delay: Duration, record: ReceivedSend?
    ) {
        guard let request = JSON(parsing: body), case .object = request else {
            return (.json(wrap(["status": "FAIL", "reason": .integer(2)], provider)), .zero, nil)
        }
        var record = record(request, provider: provider, isTemplate: isTemplate)
        let fault = takeFault(for: record)
        record.fault = fault
        var reason = refusal(request, record, authorization: authorization)
        var answer: Answer?
        var delay = Duration.zero
        switch fault?.kind {
        case .reason(let wanted): reason = wanted == 1 ? nil : wanted
        case .status(let status, let retryAfter): answer = .bare(status: status, retryAfter: retryAfter)
        case .reset: answer = .cut
        case .hang: answer = .hang
        case .delay(let time): delay = time
        default: break
        }
        if answer == nil {
            record.reason = reason ?? 1
            if reason == nil { record.unique = Self.newUnique() }
            switch fault?.kind {
            case .lost where reason == nil: answer = .cut
            case .garbled where reason == nil: answer = .garbled
            default: answer = .json(self.answer(record, request, strings: fault?.kind == .strings))
            }
        }
        received.append(record)
        return (answer ?? .cut, delay, record)
    }

    private func record(_ request: JSON, provider: Provider, isTemplate: Bool) -> ReceivedSend {
        let isV2 = provider == .sms019v2
        var variables: [String] = []
        if isV2, let fields = request["dynamicFieldsObject"], case .object(let members) = fields {
            variables = members.sorted { (Int($0.key) ?? 0) < (Int($1.key) ?? 0) }.compactMap(\.value.text)
        } else if isTemplate {
            variables = (1...10).compactMap { request["bodyVariable\($0)"]?.text }
        }
        let textKey = isTemplate ? (isV2 ? "templateId" : "name") : (isV2 ? "message" : "body")
        return ReceivedSend(
            receivedAt: now(), provider: provider, from: request[isV2 ? "source" : "from"]?.text ?? "",
            to: request[isV2 ? "destination" : "to"]?.text ?? "", kind: isTemplate ? "template" : "text",
            text: request[textKey]?.text ?? "", variables: variables, replyTo: request["replyTo"]?.text
        )
    }

    private func takeFault(for record: ReceivedSend) -> Fault? {
        let index = faults.firstIndex { fault in
            (fault.to == nil || fault.to == record.to) && (fault.only == nil || fault.only == record.kind)
        }
        guard let index else { return nil }
        let fault = faults[index]
        if let times = fault.times {
            faults[index].times = times - 1
            if times <= 1 { faults.remove(at: index) }
        }
        return fault
    }

    /// Returns the `reason` for which the providers would refuse the send, or `nil` if they would accept it.
    private func refusal(_ request: JSON, _ record: ReceivedSend, authorization: String?) -> Int? {
        guard let account = accounts[record.from] else { return 2 }
        let shown =
            record.provider == .ninetyNineDigital
            ? request["apiKey"]?.text
            : authorization.flatMap { $0.hasPrefix("Bearer ") ? String($0.dropFirst(7)) : nil }
        if let key = account.key, shown != key { return 3 }
        guard Self.isAddress(record.to) else { return 4 }
        if record.text.isEmpty || record.variables.contains(where: { $0.contains("\n") }) { return 5 }
        if record.kind == "template" { return nil }
        guard let last = lastMessages[record.from]?[record.to] else { return 8 }
        return now() - last >= Window.length ? 7 : nil
    }

    /// Whether the text is a number, or an id, for example `IL.1605856887361213`.
    private static func isAddress(_ text: String) -> Bool {
        let digits = text.drop { $0.isASCII && $0.isLetter }.drop { $0 == "." }
        return (7...20).contains(digits.count) && digits.allSatisfy { $0.isASCII && $0.isNumber }
    }

    private func answer(_ record: ReceivedSend, _ request: JSON, strings: Bool) -> JSON {
        let timestamp = now().milliseconds / 1000
        let left =
            lastMessages[record.from]?[record.to].map { last in
                max(0, Int64((Window.length - (now() - last)).components.seconds / 60))
            } ?? 0
        func number(_ value: Int64) -> JSON {
            strings ? .string(String(value)) : .integer(value)
        }
        var members: [String: JSON] = [
            "status": record.isAccepted ? "OK" : "FAIL", "reason": number(Int64(record.reason ?? 1)),
        ]
        if let unique = record.unique {
            members["unique"] = .string(unique)
            members["timestamp"] = number(timestamp)
        }
        if record.provider != .sms019v2 {
            members["body"] = .string(record.text)
            members["from"] = .string(record.from)
            members["to"] = .string(record.to)
            // 019sms documents its figures as strings, and documents one figure that 99digital has dropped.
            members["templateTimeLeft"] = record.provider == .sms019 ? .string(String(left)) : number(left)
            members["conversationTimeLeft"] = record.provider == .sms019 ? "800" : number(0)
        }
        if record.provider == .ninetyNineDigital, request["showRequest"]?.integer == 1,
            case .object(var shown) = request
        {
            shown["apiKey"] = nil
            members["originalRequest"] = .object(shown)
        }
        return wrap(members, record.provider)
    }

    private func wrap(_ members: [String: JSON], _ provider: Provider) -> JSON {
        guard provider == .sms019v2 else { return .object(members) }
        return .object(["success": .bool(members["status"] == "OK"), "ans": .object(members)])
    }

    private static func failure(_ reason: Int64) -> JSON {
        .object(["status": "FAIL", "reason": .integer(reason)])
    }

    static func newUnique() -> String {
        UUID().uuidString.replacing("-", with: "")
    }
}
