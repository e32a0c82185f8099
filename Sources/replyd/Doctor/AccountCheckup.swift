import Daemon
import Foundation
import HTTPTransport
import JSONText
import Providers
import Responder
import Synchronization

/// The checks of `replyd doctor` for an account: its provider, and the address of its webhooks.
struct AccountCheckup {
    let call: ProviderCall
    /// The path of the configuration, as it was given.
    let file: String
    /// The address at which webhooks are received.
    let listen: Configuration.Address
    /// The rules, if they can be used, for the comparison of templates.
    var rules: RuleSet?
    /// The template of the configuration that replaces late answers.
    var expired: TemplateMessage?

    private var account: Configuration.Account { call.account }
    private var subject: String { "account \(account.number)" }
    /// The provider's URL without path and query.
    private var origin: String {
        guard let url = URLComponents(string: account.endpoint.baseURL), let scheme = url.scheme, let host = url.host
        else {
            return "URL"
        }
        return "\(scheme)://\(host)\(url.port.map { ":\($0)" } ?? "")/"
    }
    private var provider: Provider { account.endpoint.provider }

    func findings() async -> [Finding] {
        let date = Mutex<Timestamp?>(nil)
        var findings: [Finding]
        do {
            let state = try await call.inquiry { answer in date.withLock { $0 = answer.date ?? $0 } }.state()
            findings = await self.findings(of: state) + templates()
        } catch let refused as AccountInquiry.Refused {
            findings = [refusal(refused.outcome)]
        } catch {
            findings = [
                .wrong(
                    subject, "the provider can't be reached: \((error as? TransportError)?.text ?? "\(error)")",
                    do: "check `base_url` in \(file), and that this machine may reach it: curl -sv \(origin)")
            ]
        }
        if let skew = date.withLock({ $0 }).flatMap({ Self.skew($0 - .now) }) { findings.insert(skew, at: 0) }
        return findings
    }

    // MARK: Templates

    private func templates() async -> [Finding] {
        guard let rules else { return [] }
        switch await TemplateCheck(call: call, rules: rules, expired: expired).result() {
        case .nothing, .unlisted: return []
        case .compared(let fine, let problems):
            guard !problems.isEmpty else {
                return [.fine(subject, "every template that is used is approved at the provider (\(fine))")]
            }
            return problems.map { problem in
                let rules = problem.rules.map(\.id)
                let more = rules.count > 3 ? " and \(rules.count - 3) more" : ""
                let names = "\(rules.prefix(3).joined(separator: ", "))\(more)"
                let who = rules.isEmpty ? "`expired` in \(file)" : "rule\(rules.count > 1 ? "s" : "") \(names)"
                return .wrong(
                    subject, problem.text, do: "correct \(who), or have the template approved at the provider")
            }
        case .impossible(let why, let remedy): return [.warning(subject, why, do: remedy)]
        }
    }

    // MARK: Clock

    /// Returns a finding about a clock that is `difference` behind the provider's, or `nil` if it is at most 30 seconds
    /// off.
    static func skew(_ difference: Duration) -> Finding? {
        let seconds = Int(difference.inMilliseconds / 1000)
        guard abs(seconds) > 30 else { return nil }
        return .wrong(
            "clock", "it is \(counted(abs(seconds), "second")) \(seconds > 0 ? "behind" : "ahead of") the provider's",
            do: "keep it right: timedatectl set-ntp true. Windows and opening hours go by it")
    }

    // MARK: Key

    /// Returns the finding about an answer that shows a problem.
    private func refusal(_ outcome: AttemptOutcome) -> Finding {
        let text = outcome.refusal?.text ?? "the provider's answer makes no sense (\(outcome.kind.rawValue))"
        guard case .accountFault = outcome else {
            return .warning(subject, text, do: "try again later, and check `base_url` in \(file) if it lasts")
        }
        return .wrong(
            subject, text,
            do:
                "\(Self.correction(of: account.keyPlace, in: file)); or `number` or `base_url` in \(file); then: \(Installation(of: file).restart)"
        )
    }

    /// Returns an instruction to correct a wrong API key.
    private static func correction(of place: Configuration.SecretPlace?, in file: String) -> String {
        switch place {
        case .file(let path)?: "write the right API key into \(path)"
        case .variable(let name)?: "set \(name) to the right API key where replyd is started from"
        case .line(let line)?: "correct `api_key` in line \(line) of \(file)"
        case nil: "correct `api_key` in \(file)"
        }
    }

    // MARK: Webhook

    private func findings(of state: AccountState) async -> [Finding] {
        var findings = state.remarks.map { remark in
            Finding(
                severity: remark.isWrong ? .wrong : .warning, subject: subject, text: remark.text,
                remedy: remark.remedy)
        }
        guard provider.tellsWebhooks else {
            let address = WebhookAddress(
                base: "https://your.host", number: account.number, key: account.webhookSecret)
            return findings + [
                .fine(
                    subject,
                    "\(provider.rawValue) takes the API key. Where it delivers webhooks nobody can ask; it has to be \(address.masked), with delivery reports and retries"
                )
            ]
        }
        guard let settings = state.webhook else {
            return findings + [
                .warning(
                    subject, "the provider's answer about its webhook can't be read",
                    do: "look on its web pages whether the address of the webhook is right")
            ]
        }
        findings += self.findings(settings)
        guard !findings.contains(where: { $0.severity == .wrong }) else { return findings }
        let masked = WebhookAddress.masked(settings.url)
        return findings + [
            .fine(subject, "\(provider.rawValue) takes the API key and delivers everything to \(masked)"),
            await reachability(settings),
        ]
    }

    /// Returns the problems of the settings; empty if there are none.
    private func findings(_ settings: WebhookSettings) -> [Finding] {
        let set = "replyd webhook set --config \(file) --account \(account.number)"
        let setAnew = "\(set) --url https://your.host"
        guard !settings.url.isEmpty else {
            return [.wrong(subject, "the provider has no webhook address: no message arrives", do: setAnew)]
        }
        let masked = WebhookAddress.masked(settings.url)
        guard let address = WebhookAddress(settings.url) else {
            return [.wrong(subject, "the provider delivers to \(masked), and not to replyd", do: setAnew)]
        }
        var findings: [Finding] = []
        if ![account.number, provider.rawValue].contains(address.number) {
            findings.append(.wrong(subject, "the provider delivers to \(masked), another account's webhook", do: set))
        } else if account.webhookSecret != nil, address.key != account.webhookSecret {
            let problem = address.key == nil ? "without a key" : "with a key other than `webhook_secret`"
            findings.append(
                .wrong(subject, "the provider delivers to \(address.place) \(problem): replyd turns it away", do: set))
        }
        if address.base.hasPrefix("http://"), !address.isLocal {
            findings.append(
                .warning(
                    subject, "the provider delivers to \(address.base) unencrypted: others can read key and messages",
                    do: setAnew))
        }
        for off in settings.switches where !off.isOn {
            findings.append(
                .wrong(subject, "`\(off.name)` is off at the provider: \(off.consequence)", do: off.remedy ?? set))
        }
        return findings
    }

    /// Returns a finding about whether a replyd answers at the address that the provider has. The key is not sent.
    private func reachability(_ settings: WebhookSettings) async -> Finding {
        guard let place = WebhookAddress(settings.url)?.place else { return .fine(subject, "") }
        do {
            let response = try await call.transport.get(place, timeout: .seconds(10))
            if response.status == 405, JSON(parsing: response.body)?["error"]?.text == "use POST" {
                return .fine(subject, "replyd answers at \(place)")
            }
            return .wrong(
                subject, "no replyd answers at \(place), but something that says HTTP \(response.status)",
                do: "let the proxy in front pass /webhook/ on to http://\(listen)")
        } catch {
            return .warning(
                subject, "\(place) can't be reached from here: \(error.text)",
                do: "see that it can be from outside: the proxy in front has to pass /webhook/ on to http://\(listen)")
        }
    }
}
