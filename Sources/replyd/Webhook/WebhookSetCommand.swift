import ArgumentParser
import Providers

struct WebhookSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Let the provider deliver everything, again where it failed, to this replyd.",
        discussion: """
            Example:  replyd webhook set --config replyd.yaml --url https://shop.example

            The rest of the address, /webhook/NUMBER?key=…, comes from the configuration. Without --url the provider \
            keeps scheme and host of the address it has: for a new webhook_secret, or switches that are off. Meta \
            asks at the address for the verify_token before it takes it, so replyd has to run.
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
                throw AccountOptions.Failure(
                    "the provider has no webhook address of replyd's yet. Say where it reaches replyd: --url https://your.host"
                )
            }
            do throws(WebhookAddress.BaseError) {
                _ = try WebhookAddress.base(parsing: base)
            } catch {
                throw AccountOptions.Failure(
                    "the address that the provider has \(error). Give another: --url https://your.host")
            }
            let address = call.address(base: base)
            try await call.setWebhook(address)
            let now = try await call.webhook()
            printText(now.text(of: call))
            let off = now.switches.first { !$0.isOn }
            guard now.url == address.url, off == nil else {
                let remedy = off?.remedy.map { ": \($0)" } ?? ""
                throw AccountOptions.Failure("the provider did not take all of it\(remedy)")
            }
        }
    }
}
