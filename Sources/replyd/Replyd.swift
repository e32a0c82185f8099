import ArgumentParser
import Daemon

@main
struct Replyd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replyd",
        abstract: "Answers WhatsApp messages by rules, for business lines at 99digital and 019sms.",
        discussion: """
            Try it without a provider:   replyd demo
            Check rules before use:      replyd check --rules rules
            See what they answer:        replyd try --rules rules --why "opening hours?"
            See what a change would do:  replyd replay --config replyd.yaml --against rules.new
            Run it:                      replyd serve --config replyd.yaml
            """,
        version: Daemon.version,
        subcommands: [
            Serve.self, Check.self, Try.self, Test.self, Replay.self, Report.self, Schema.self, OutboxCommand.self,
            Forget.self, Backup.self, SandboxCommand.self, Demo.self,
        ]
    )
}
