import ArgumentParser
import Daemon
import Foundation
import HTTPTransport
import JSONText

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how the daemon, its accounts and its database are.",
        discussion: """
            Example:  replyd status --config /etc/replyd/replyd.yaml

            Ends with status 0 where everything is in order, 78 where the configuration can't be read, and 1 where \
            something needs a person: replyd does not run or stores nothing, changed rules are wrong, an account is \
            stopped, messages are not decided, entries are held or were given up within a week and neither released \
            nor dropped since, or posts to links of rules have not been taken for an hour. Needs none of the secrets of the configuration.
            """
    )

    @OptionGroup var config: ConfigOption

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "Print nothing, only tell by the status whether the daemon answers: for health checks of containers.")
    var alive = false

    func run() async throws {
        let configuration = try Configuration.withoutSecrets(at: config.path)
        let transport = HTTPTransport(userAgent: "replyd/\(Daemon.version)")
        defer { transport.close() }
        if alive {
            guard await DaemonProbe.isAlive(configuration.listen, transport) else { throw ExitCode.notFine }
            return
        }
        let report = await StatusReport(configuration, file: config.path, transport)
        if json { printLine(report.json) } else { printText(report.text(.output)) }
        guard report.problems.isEmpty else { throw ExitCode.notFine }
    }
}
