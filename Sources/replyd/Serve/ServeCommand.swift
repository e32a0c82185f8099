public import ArgumentParser
public import Daemon
import Foundation
import JSONText
import Logging
import Responder
import RuleFiles
import Store

extension LogFormat: ExpressibleByArgument {}

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Receive webhooks and answer them.",
        discussion: """
            Example:  replyd serve --config replyd.yaml --dry-run

            Rules are loaded anew when their files change, and at SIGHUP. SIGUSR2 has the log go down to debug, and back. Ends with status 0 on Ctrl-C or SIGTERM, 78 where configuration, rules, database or port must be mended.
            """
    )

    @OptionGroup var config: ConfigOption

    @Flag(
        help: """
            Do everything as usual but send nothing: each would-be request is printed as a line of JSON. Works on a \
            database of its own beside the configured one (.dry-run), which stays there: delete it when you are done.
            """
    )
    var dryRun = false

    @Option(help: ArgumentHelp("What the log looks like: text, or json for an object a line.", valueName: "text|json"))
    var logFormat = LogFormat.text

    func run() async throws {
        HeapMemory.keepFewHeaps()
        // Before the daemon handles signals there is nothing to finish, so they end the process at once.
        signal(SIGTERM) { _ in _exit(0) }
        signal(SIGINT) { _ in _exit(0) }
        let configuration = try Self.configuration(at: config.path)
        let rules = try Self.rules(of: configuration, config.path)
        // A dry run has a database of its own, so that its records are never taken for real ones.
        let store = try Self.store(at: dryRun ? configuration.dryRunDatabase : configuration.database)
        let log = LogWriter(format: logFormat, level: configuration.logLevel)
        defer { log.flush() }
        let logger = Logger(label: "replyd", factory: log.handler)
        let accounts = configuration.accounts.map(\.number).joined(separator: ", ")
        logger.notice(
            "replyd \(Daemon.version)\(dryRun ? ", dry run" : ""): accounts \(accounts), \(counted(rules.rules.count, "rule")), revision \(rules.revision)"
        )
        for account in configuration.accounts where account.isWebhookOpen {
            logger.warning(
                "account \(account.number): anybody who reaches the webhook can write in a contact's name. Set `webhook_secret`."
            )
        }
        let carrier = dryRun ? DryRunCarrier { printLine($0) } : nil
        // A peer or a pipe that is gone must not end the daemon, nor must a limit on the size of files: a failed write
        // is an error to handle.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        OpenFiles.raiseLimit()
        let systemd = SystemdNotifier()
        if let problem = systemd?.problem { logger.warning("\(problem)") }
        let daemon = Daemon(
            configuration: configuration, rules: rules, watchesRules: true, store: store, carrier: carrier,
            systemd: systemd, logger: logger)
        do {
            try await daemon.runUntilSignal {
                let level = log.toggleDebug()
                logger.notice("the log is of level \(level) and above from now on")
            }
        } catch let error as ListenError {
            complain("replyd: \(error)")
            throw ExitCode.misconfigured
        } catch let error as StoreError {
            complain("replyd: \(error.forCommand)")
            throw ExitCode.of(error)
        }
        store.close()
        logger.notice("stopped")
    }

    /// Keeps signals that a daemon may get from ending it before it handles them, if this process is to be one.
    static func ignoreSignals() {
        guard CommandLine.arguments.dropFirst().first == configuration.commandName else { return }
        for number in [SIGHUP, SIGUSR1, SIGUSR2] { signal(number, SIG_IGN) }
    }

    private static func configuration(at path: String) throws -> Configuration {
        let loaded = ConfigurationLoader().load(path: path)
        if !loaded.diagnostics.isEmpty { complain(loaded.report()) }
        guard let configuration = loaded.configuration else { throw ExitCode.misconfigured }
        return configuration
    }

    private static func rules(of configuration: Configuration, _ file: String) throws -> RuleSet {
        let loaded = RuleSetLoader.load(paths: [configuration.rules])
        if !loaded.diagnostics.isEmpty { complain(loaded.report()) }
        guard let rules = loaded.ruleSet else {
            complain(
                "replyd: the rules that `rules` in \(file) names can't be used. Mend them, or the path, and start again."
            )
            throw ExitCode.misconfigured
        }
        return rules
    }

    /// The time that another program, for example one that makes a backup, may hold the database before the start
    /// fails.
    private static let timeLimit = Duration.seconds(10)

    private static func store(at path: String) throws -> Store {
        let end = ContinuousClock.now + timeLimit
        while true {
            do throws(StoreError) {
                return try Store(path: path)
            } catch {
                // The attempt to open it has already waited some seconds.
                if error == .busy, .now < end { continue }
                complain("replyd: \(error.forCommand)")
                throw ExitCode.of(error)
            }
        }
    }
}
