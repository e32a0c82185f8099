import ArgumentParser

struct WebhookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook",
        abstract: "Show or set where the provider delivers webhooks.",
        discussion: """
            Example:  replyd webhook set --config replyd.yaml --url https://shop.example

            99digital and meta have calls for this; 019sms does it on its web pages.
            """,
        subcommands: [WebhookShowCommand.self, WebhookSetCommand.self]
    )

}
