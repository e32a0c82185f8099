import ArgumentParser
import Daemon
import Foundation
import HTTPTransport
import JSONText
import Providers
import Responder
import Sandbox
import Store

/// Plays the conversations of the demonstration and prints them.
final class DemoScript {
    private let sandbox: Sandbox
    private let base: String
    private let transport: HTTPTransport
    private let secret: String
    private let metaAccount: Configuration.Account
    private var events: AsyncStream<DaemonEvent>.AsyncIterator

    init(
        sandbox: Sandbox, base: String, transport: HTTPTransport, events: AsyncStream<DaemonEvent>, secret: String,
        metaAccount: Configuration.Account
    ) {
        self.metaAccount = metaAccount
        self.sandbox = sandbox
        self.base = base
        self.transport = transport
        self.secret = secret
        self.events = events.makeAsyncIterator()
    }

    func play() async throws {
        let port = try await listening()
        for account in [DemoStage.digital, DemoStage.sms] {
            try await post(
                "/whatsapp/v2/setWebhook",
                [
                    "apiKey": "demo-key", "from": .string(account), "readStatus": .integer(1), "retry": .integer(1),
                    "system": .integer(1), "url": .string("http://127.0.0.1:\(port)/webhook/\(account)?key=\(secret)"),
                ])
        }
        try await ProviderCall(account: metaAccount, transport: transport).setWebhook(
            WebhookAddress(base: "http://127.0.0.1:\(port)", number: Provider.meta.rawValue, key: nil))
        printLine("The sandbox stands in for all providers at \(base)/, replyd listens on port \(port).")

        title("1. A question in Hebrew, at 99digital")
        try await say([
            "account": .string(DemoStage.digital), "from": "972501234567", "name": "דנה",
            "text": "היי, מה שעות הפתיחה שלכם?",
        ])
        try await settle()

        title("2. An order number in English, at 019sms")
        try await say([
            "account": .string(DemoStage.sms), "from": "972521112233", "name": "Ronen",
            "text": "Where is my order #48213 ?",
        ])
        try await settle()

        title("3. A message that arrives 25 hours late: the window has shut, the template goes instead")
        try await say([
            "account": .string(DemoStage.digital), "from": "972539998877", "name": "יוסי", "text": "כמה עולה משלוח?",
            "ago": "25h",
        ])
        try await settle()

        title("4. WhatsApp has a hiccup (reason 6): replyd tries again")
        await sandbox.setFaults([Fault(.reason(6))])
        try await say([
            "account": .string(DemoStage.digital), "from": "972501234567", "name": "דנה", "text": "ומה הכתובת?",
            "unique": "HICCUP0001",
        ])
        try await settle()

        title("5. The provider delivers the same message again: nothing changes")
        let before = await sandbox.received.count
        try await say([
            "account": .string(DemoStage.digital), "from": "972501234567", "name": "דנה", "text": "ומה הכתובת?",
            "unique": "HICCUP0001",
        ])
        try await duplicate()
        guard await sandbox.received.count == before else {
            printLine("   ✗ something was sent")
            throw ExitCode.notFine
        }
        try await playMenus()
        printLine(
            "\nDone: \(await sandbox.received.count) requests reached the provider, \(await sandbox.received.count(where: \.isAccepted)) were accepted."
        )
    }

    private func playMenus() async throws {
        title("6. A menu at Meta: buttons, and a tap on the first")
        let dana: [String: JSON] = ["account": .string(DemoStage.meta), "from": "972501234567", "name": "דנה"]
        try await say(dana.merging(["text": "תפריט"]) { $1 })
        try await settle()
        let menu = await sandbox.received.last?.request["interactive"]?["action"]?["buttons"]?.items.first?["reply"]
        guard let choice = menu?["id"], let words = menu?["title"] else {
            return printLine("   These rules have no menu for it.")
        }
        try await say(dana.merging(["type": "button", "choice": choice, "text": words]) { $1 })
        try await settle()

        title("7. The same menu at 99digital: text with numbers, and a number")
        let dan: [String: JSON] = ["account": .string(DemoStage.digital), "from": "972545556677", "name": "Dan"]
        for text: JSON in ["menu", "2"] {
            try await say(dan.merging(["text": text]) { $1 })
            try await settle()
        }
    }

    func stayUp() async throws {
        printLine(
            """

            Still up. Write as a contact at \(base)/ (accounts \(DemoStage.digital), \(DemoStage.sms) and, \
            at Meta, \(DemoStage.meta)), or:
              curl -d '{"account":"\(DemoStage.digital)","from":"972501234567","text":"מה הכתובת?"}' \(base)/sandbox/say
            Ctrl-C ends it.
            """)
        while let event = await next() { show(event) }
    }

    // MARK: Waiting

    /// Returns the next event, or `nil` once the demonstration ends.
    private func next() async -> DaemonEvent? {
        await events.next()
    }

    private func listening() async throws -> Int {
        while let event = await next() {
            if case .listening(let port) = event { return port }
        }
        throw ExitCode.internalError
    }

    /// Waits until this number of outbox entries is over, and prints the events meanwhile.
    private func settle(entries: Int = 1) async throws {
        var left = entries
        while left > 0, let event = await next() {
            show(event)
            switch event {
            case .decided(let decided) where decided.decision.sends.isEmpty: return
            case .attempted(let ended):
                if case .over = ended.settlement { left -= 1 }
            case .settled: left -= 1
            default: break
            }
        }
        if left > 0 { throw ExitCode.internalError }
    }

    private func duplicate() async throws {
        while let event = await next() {
            show(event)
            if case .accepted(let webhook) = event, webhook.result == .duplicate { return }
        }
        throw ExitCode.internalError
    }

    // MARK: Showing

    private func title(_ text: String) {
        printLine("\n\(text)")
    }

    private func show(_ event: DaemonEvent) {
        let time = Self.time()
        switch event {
        case .accepted(let webhook):
            guard case .message(let message) = webhook.event else { return }
            let text = message.text ?? "(\(message.type.rawValue))"
            let shown = webhook.result == .new ? text : "the same message again: known already, nothing is sent"
            printLine("   \(time)  \(message.contact.address)  ←  \(shown)")
        case .decided(let decided):
            let rule = decided.decision.rule.map { "rule \($0)" } ?? "no rule"
            printLine(
                "   \(time)  decided: \(rule), \(decided.decision.outcome.rawValue), because \(decided.decision.because)"
            )
        case .attempting(_, let attempt):
            printLine("   \(time)  \(attempt.address)  →  \(Self.shown(attempt.content, indent: 30))")
        case .attempted(let ended):
            printLine("   \(time)  attempt \(ended.attempt.number): \(Self.shown(ended.outcome, ended.settlement))")
        case .settled(let settled):
            printLine("   \(time)  not sent: \(settled.reason?.rawValue ?? settled.state.rawValue)")
        default:
            break
        }
    }

    private static func shown(_ content: SendContent, indent: Int) -> String {
        let next = "\n" + String(repeating: " ", count: indent)
        switch content {
        case .message(.text(let text, let replyTo)):
            let quote = replyTo.map { " (quoting \($0.prefix(8))…)" } ?? ""
            return text.split(separator: "\n").joined(separator: next) + quote
        case .message(.rich(let content, let replyTo)):
            let quote = replyTo.map { " (quoting \($0.prefix(8))…)" } ?? ""
            return content.lines.joined(separator: next) + quote
        case .message(.reaction(let emoji, let unique)):
            return "reacts with \(emoji) to \(unique.prefix(8))…"
        case .post(let link, _):
            return "POST to \(link)"
        case .message(.template(let template)):
            let variables = template.variables.joined(separator: ", ")
            return "template \(template.name) [\(template.language.rawValue)] (\(variables))"
        }
    }

    private static func shown(_ outcome: AttemptOutcome, _ settlement: Settlement) -> String {
        switch (outcome, settlement) {
        case (.accepted(let unique, _), _): "accepted by the provider as \(unique?.prefix(8) ?? "?")…"
        case (_, .retry): "\(outcome.refusal?.text ?? outcome.kind.rawValue); trying again"
        default: outcome.refusal?.text ?? outcome.kind.rawValue
        }
    }

    private static func time() -> String {
        let now = Calendar.current.dateComponents([.hour, .minute, .second], from: Date())
        return String(format: "%02d:%02d:%02d", now.hour ?? 0, now.minute ?? 0, now.second ?? 0)
    }

    // MARK: Steering the sandbox

    private func say(_ message: [String: JSON]) async throws {
        try await post("/sandbox/say", message)
    }

    private func post(_ path: String, _ body: [String: JSON]) async throws {
        _ = try await transport.send(
            TransportRequest(
                url: base + path, headers: ["Content-Type": "application/json"], body: JSON.object(body).encoded,
                timeout: .seconds(10)
            )
        )
    }
}
