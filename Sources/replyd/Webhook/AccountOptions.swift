import ArgumentParser
import Daemon
import HTTPTransport
import Providers

/// The options `--config FILE` and `--account NUMBER`, for commands that ask the provider about each account.
struct AccountOptions: ParsableArguments {
    /// The reason for a failure, in one line.
    struct Failure: Error {
        var text: String

        init(_ text: String) {
            self.text = text
        }
    }

    @OptionGroup var config: ConfigOption

    @Option(help: ArgumentHelp("One account alone.", valueName: "number"))
    var account: String?

    /// Calls `work` with each chosen account, whatever the outcome of the others.
    func forEach(_ work: (ProviderCall) async throws -> Void) async throws {
        let loaded = ConfigurationLoader().load(path: config.path)
        guard let configuration = loaded.configuration else {
            complain(loaded.report())
            throw ExitCode.misconfigured
        }
        let accounts = account.map { configuration.account(written: $0).map { [$0] } ?? [] } ?? configuration.accounts
        guard !accounts.isEmpty else {
            complain("replyd: there is no account \(account ?? "") in \(config.path).")
            throw ExitCode.notFine
        }
        let transport = ProviderCall.transport()
        defer { transport.close() }
        var isFine = true
        for account in accounts {
            guard account.endpoint.provider.tellsWebhooks else {
                let address = WebhookAddress(
                    base: "https://your.host", number: account.number, key: account.webhookSecret)
                complain(
                    "account \(account.number): \(account.endpoint.provider.rawValue) has no call for this. On its web pages the address is \(address.masked), with your webhook_secret as the key"
                )
                // The account counts as a failure only if it was asked for by its number.
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
