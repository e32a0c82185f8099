import ArgumentParser

struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox",
        abstract: "See what was not sent, and decide what becomes of it.",
        discussion: """
            Example:  replyd outbox list --config replyd.yaml

            Works beside a running daemon. An entry is held when nobody knows whether its last attempt reached the \
            contact: look into the conversation, then release it (it is sent) or drop it (it is not).
            """,
        subcommands: [
            OutboxListCommand.self, OutboxShowCommand.self, OutboxReleaseCommand.self, OutboxDropCommand.self,
        ]
    )

}
