import ArgumentParser
import Daemon
import HTTPTransport
import Providers

/// `--config FILE` and `--account NUMBER`, for commands that ask the provider about each account.
struct AccountOptions: ParsableArguments {
    /// Why nothing came of it, in a line.
    struct Failure: Error {
        var text: String

        init(_ text: String) {
            self.text = text
        }
    }

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
            guard account.endpoint.provider.hasWebhookCalls else {
                let address = WebhookAddress(
                    base: "https://your.host", number: account.number, key: account.webhookSecret)
                complain(
                    "account \(account.number): \(account.endpoint.provider.rawValue) has no call for this. On its web pages the address is \(address.masked), with your webhook_secret as the key"
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
