import ArgumentParser
import Daemon

@main
struct Replyd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replyd",
        abstract: "Answers WhatsApp messages by rules, for business lines at Meta, 99digital and 019sms.",
        discussion: """
            Examples:
              replyd demo
              replyd check --rules rules
              replyd try --rules rules --why "opening hours?"
              replyd replay --config replyd.yaml --against rules.new
              replyd serve --config replyd.yaml
              replyd status --config replyd.yaml

            They try it without a provider; check rules before use; see what they answer, and what a change would have \
            done; run it; and see how it is.
            """,
        version: Daemon.version,
        subcommands: [
            ServeCommand.self, CheckCommand.self, TryCommand.self, TestCommand.self, ReplayCommand.self,
            ReportCommand.self, SchemaCommand.self, OutboxCommand.self, ForgetCommand.self, BackupCommand.self,
            StatusCommand.self, DoctorCommand.self, WebhookCommand.self, SandboxCommand.self, DemoCommand.self,
        ]
    )

    /// Runs the command; what is wrong with the command line is said in our own words where those of ArgumentParser do
    /// not help.
    static func main() async {
        ServeCommand.ignoreSignals()
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            let message = fullMessage(for: error)
            guard exitCode(for: error) == .validationFailure, !message.isEmpty else { exit(withError: error) }
            complain(CommandMistake(message: message, arguments: Array(CommandLine.arguments.dropFirst())).text)
            exit(withError: ExitCode.validationFailure)
        }
    }

    /// The prefix of ArgumentParser's error messages, the same as that of our own messages.
    static let _errorPrefix = "replyd: "
}
