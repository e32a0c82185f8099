import ArgumentParser

struct WebhookShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show where the provider delivers webhooks, and which.",
        discussion: "Example:  replyd webhook show --config replyd.yaml")

    @OptionGroup var accounts: AccountOptions

    func run() async throws {
        try await accounts.forEach { call in printText(try await call.webhook().text(of: call)) }
    }
}
