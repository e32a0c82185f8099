import ArgumentParser
import Daemon
import Foundation
import HTTPTransport
import Providers
import Responder

struct WebhookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook",
        abstract: "Show or set where the provider delivers webhooks.",
        discussion: """
            Example:  replyd webhook set --config replyd.yaml --url https://shop.example

            99digital alone has calls for this; 019sms does it on its web pages.
            """,
        subcommands: [Show.self, Set.self]
    )

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show where the provider delivers webhooks, and which.",
            discussion: "Example:  replyd webhook show --config replyd.yaml")

        @OptionGroup var accounts: AccountOptions

        func run() async throws {
            try await accounts.forEach { call in printText(try await call.webhook().text(of: call)) }
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let the provider deliver everything, again where it failed, to this replyd.",
            discussion: """
                Example:  replyd webhook set --config replyd.yaml --url https://shop.example

                The rest of the address, /webhook/NUMBER?key=…, comes from the configuration. Without --url the provider \
                keeps scheme and host of the address it has: for a new webhook_secret, or switches that are off.
                """)

        @OptionGroup var accounts: AccountOptions

        @Option(
            help: ArgumentHelp(
                "Scheme and host under which the provider reaches replyd, and the path in front of /webhook/ if there is one.",
                valueName: "url"))
        var url: String?

        func validate() throws {
            guard let url else { return }
            do {
                _ = try WebhookAddress.base(parsing: url)
            } catch {
                throw ValidationError("--url \(error).")
            }
        }

        func run() async throws {
            try await accounts.forEach { call in
                let known = try await call.webhook()
                guard let base = try url.map(WebhookAddress.base(parsing:)) ?? WebhookAddress(known.url)?.base else {
                    throw WebhookCommand.Failure(
                        "the provider has no webhook address of replyd's yet. Say where it reaches replyd: --url https://your.host"
                    )
                }
                do throws(WebhookAddress.BaseError) {
                    _ = try WebhookAddress.base(parsing: base)
                } catch {
                    throw WebhookCommand.Failure(
                        "the address that the provider has \(error). Give another: --url https://your.host")
                }
                let wanted = WebhookSettings(url: call.address(base: base).url)
                try await call.set(wanted)
                let now = try await call.webhook()
                printText(now.text(of: call))
                guard now == wanted else { throw WebhookCommand.Failure("the provider did not take all of it") }
            }
        }
    }

    /// Why nothing came of it, in a line.
    fileprivate struct Failure: Error {
        var text: String

        init(_ text: String) {
            self.text = text
        }
    }

    struct AccountOptions: ParsableArguments {
        @OptionGroup var config: ConfigOption

        @Option(help: ArgumentHelp("One account alone.", valueName: "number"))
        var account: String?

        /// Does it with each account that is meant, whatever becomes of the others.
        func forEach(_ work: (ProviderCall) async throws -> Void) async throws {
            let loaded = ConfigurationLoader().load(path: config.path)
            guard let configuration = loaded.configuration else {
                complain(loaded.report())
                throw ExitCode.misconfigured
            }
            let accounts = configuration.accounts.filter { account == nil || $0.number == account }
            guard !accounts.isEmpty else {
                complain("replyd: there is no account \(account ?? "") in \(config.path).")
                throw ExitCode.notFine
            }
            let transport = ProviderCall.transport()
            defer { transport.close() }
            var isFine = true
            for account in accounts {
                guard account.provider.provider.hasWebhookCalls else {
                    let address = WebhookAddress(
                        base: "https://your.host", number: account.number, key: account.webhookSecret)
                    complain(
                        "account \(account.number): \(account.provider.provider.rawValue) has no call for this. On its web pages the address is \(address.masked), with your webhook_secret as the key"
                    )
                    // Not a failure beside others, only where it was asked for.
                    isFine = isFine && self.account == nil
                    continue
                }
                do {
                    try await work(ProviderCall(account: account, transport: transport))
                } catch let failure as Failure {
                    complain("replyd: account \(account.number): \(failure.text)")
                    isFine = false
                }
            }
            guard isFine else { throw ExitCode.notFine }
        }
    }
}

extension ProviderCall {
    /// The settings that the provider has.
    fileprivate func webhook() async throws -> WebhookSettings {
        let answer = try await done(SendRequest(webhookOf: account.provider))
        guard let settings = WebhookSettings(answer) else {
            throw WebhookCommand.Failure("the provider's answer can't be read")
        }
        return settings
    }

    fileprivate func set(_ settings: WebhookSettings) async throws {
        _ = try await done(SendRequest(setting: settings, of: account.provider))
    }

    /// The answer to a request that the provider took.
    private func done(_ request: SendRequest) async throws -> SendAnswer {
        let answer: SendAnswer
        do {
            answer = try await self.answer(to: request).answer
        } catch {
            throw WebhookCommand.Failure("the provider can't be reached: \(error.text)")
        }
        if let refusal = answer.outcome.refusal { throw WebhookCommand.Failure(refusal.text) }
        return answer
    }
}

extension WebhookSettings {
    fileprivate func text(of call: ProviderCall) -> String {
        func state(_ isOn: Bool) -> String { isOn ? "on" : "off" }
        let address = url.isEmpty ? "no address" : WebhookAddress.masked(url)
        let known = WebhookAddress(url)
        let isRefused = known != nil && call.account.webhookSecret != nil && known?.key != call.account.webhookSecret
        let refusal = isRefused ? " (not with `webhook_secret`: replyd turns it away)" : ""
        return
            "account \(call.account.number): \(address)\(refusal); retry \(state(retry)), readStatus \(state(readStatus)), system \(state(system))"
    }
}
