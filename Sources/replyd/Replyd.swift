import ArgumentParser
import Daemon

@main
struct Replyd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replyd",
        abstract: "Answers WhatsApp messages by rules, for business lines at 99digital and 019sms.",
        discussion: """
            Examples:
              replyd demo                                                 try it without a provider
              replyd check --rules rules                                  check rules before use
              replyd try --rules rules --why "opening hours?"             see what they answer
              replyd replay --config replyd.yaml --against rules.new      see what a change would do
              replyd serve --config replyd.yaml                           run it
              replyd status --config replyd.yaml                          see how it is
            """,
        version: Daemon.version,
        subcommands: [
            Serve.self, Check.self, Try.self, Test.self, Replay.self, Report.self, Schema.self, OutboxCommand.self,
            Forget.self, Backup.self, Status.self, Doctor.self, WebhookCommand.self, SandboxCommand.self, Demo.self,
        ]
    )
}
