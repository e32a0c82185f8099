import Foundation
import JSONText
import Providers
import Responder

/// The behaviour of the providers: accounts, keys, the 24-hour window, and the planned faults.
actor SandboxProvider {
    enum Answer: Sendable {
        case json(JSON, status: Int = 200)
        case bare(status: Int, retryAfter: Int?)
        case garbled
        case hang
        case cut
    }

    var accounts: [String: SandboxAccount]
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

    /// Answers one call: returns the answer, the delay before it, and the record of what was sent.
    func answer(_ body: [UInt8], to call: SandboxCall, authorization: String?) -> (
        answer: Answer, delay: Duration, record: ReceivedSend?
    ) {
        let form: any SandboxForm = call.provider == .meta ? MetaForm(call) : ResellerForm(call)
        guard let request = JSON(parsing: body), case .object = request else { return (form.unreadable, .zero, nil) }
        guard call.name.isSend, !form.isRead(request) else {
            return (look(request, call, form, authorization), .zero, nil)
        }
        let from = form.account(request, accounts)
        var record = form.record(request, from: from, at: now())
        let fault = takeFault(for: record)
        record.fault = fault
        let account = accounts[from]
        var reason = form.refusal(
            request, record, account, key: form.key(request, authorization),
            lastMessage: lastMessages[record.from]?[record.to], at: now())
        var answer: Answer?
        var delay = Duration.zero
        switch fault?.kind {
        case .reason(let wanted): reason = wanted == 1 && call.provider != .meta ? nil : wanted
        case .status(let status, let retryAfter): answer = .bare(status: status, retryAfter: retryAfter)
        case .reset: answer = .cut
        case .hang: answer = .hang
        case .delay(let time): delay = time
        default: break
        }
        if answer == nil {
            record.reason = reason ?? form.fine
            if reason == nil { record.unique = form.newUnique() }
            switch fault?.kind {
            case .lost where reason == nil: answer = .cut
            case .garbled where reason == nil: answer = .garbled
            default:
                answer = form.answer(
                    record, request, minutesLeft: minutesLeft(record), strings: fault?.kind == .strings, at: now())
            }
        }
        received.append(record)
        return (answer ?? .cut, delay, record)
    }

    private func minutesLeft(_ record: ReceivedSend) -> Int64 {
        lastMessages[record.from]?[record.to].map { last in
            max(0, Int64((Window.length - (now() - last)).components.seconds / 60))
        } ?? 0
    }

    /// Answers a call that sends nothing.
    private func look(
        _ request: JSON, _ call: SandboxCall, _ form: any SandboxForm, _ authorization: String?
    ) -> Answer {
        let from = form.account(request, accounts)
        guard let account = accounts[from] else { return form.failure(.noAccount) }
        guard account.key == nil || form.key(request, authorization) == account.key else {
            return form.failure(.wrongKey)
        }
        switch call.name {
        case .timers:
            let number = request["number"]?.text ?? ""
            let record = ReceivedSend(
                receivedAt: now(), provider: call.provider, from: from, to: number, kind: "timers", text: "")
            return .json(
                .object([
                    "status": "OK", "number": .string(number), "reason": .integer(1),
                    "templateTimeLeft": .string(String(minutesLeft(record))),
                ]))
        case .templates:
            return .json(.object(["status": "OK", "reason": .integer(1), "list": .array(account.templates)]))
        default:
            let isKnown = lastMessages[from]?[request["to"]?.text ?? ""] != nil || call.provider == .meta
            reads.append((from, request["to"]?.text ?? request["message_id"]?.text ?? ""))
            return isKnown ? form.read : form.failure(.unknownContact)
        }
    }

    /// The chats or messages that were marked as read, oldest first, with their account.
    private(set) var reads: [(account: String, of: String)] = []

    /// Sets the templates that the provider lists for an account.
    func setTemplates(_ templates: [JSON], of number: String) { accounts[number]?.templates = templates }

    /// Answers 019sms's call for templates.
    func phoneTemplates(of number: String, _ authorization: String?) -> JSON {
        guard let account = accounts[number], account.key == nil || authorization?.bearer == account.key else {
            return .object(["success": .bool(false), "ans": Self.failure(accounts[number] == nil ? 2 : 3)])
        }
        return .object(["success": .bool(true), "templates": .array(account.templates)])
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

    private static func failure(_ reason: Int64) -> JSON {
        .object(["status": "FAIL", "reason": .integer(reason)])
    }

    static func newUnique() -> String {
        UUID().uuidString.replacing("-", with: "")
    }
}
