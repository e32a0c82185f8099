import ArgumentParser
import Daemon
import Foundation
import Responder
import RuleFiles
import Store

/// `--config FILE`, for commands that look into the database beside the daemon.
struct DatabaseOptions: ParsableArguments {
    @OptionGroup var config: ConfigOption

    /// Opens the database and does something with it; what is wrong with it is said in a line.
    func withStore(
        isReadOnly: Bool = false, _ body: (Store, Configuration) async throws -> Void
    ) async throws {
        let configuration = try Configuration.withoutSecrets(at: config.path)
        do {
            try await body(try Store(besideDaemonAt: configuration.database, isReadOnly: isReadOnly), configuration)
        } catch let error as StoreError {
            complain("replyd: \(error.forCommand)")
            throw ExitCode.of(error)
        }
    }
}

extension Command {
    /// The one that runs: by whom is known where root does it for somebody (sudo(8)).
    static var this: Command { Command(user: ProcessInfo.processInfo.environment["SUDO_USER"]) }
}

extension Configuration {
    /// The configuration at `path` but for its secrets, which need not be there for who asks nobody but the database; or
    /// an end with status 78 and everything that is wrong with it.
    static func withoutSecrets(at path: String) throws -> Configuration {
        let loaded = ConfigurationLoader(secrets: .notNeeded).load(path: path)
        guard let configuration = loaded.configuration else {
            complain(loaded.report())
            throw ExitCode.misconfigured
        }
        return configuration
    }
}

extension Configuration {
    /// By whose clock people are told times: that of the rules' hours, or UTC where there is none.
    var zone: Zone { RuleSetLoader.load(paths: [rules]).ruleSet?.zone ?? .utc }
}

extension RuleSet {
    /// The rules at `path`, or an end with status 78 and everything that is wrong with them.
    static func loading(_ path: String) throws -> RuleSet {
        let loaded = RuleSetLoader.load(paths: [path])
        if !loaded.diagnostics.isEmpty { complain(loaded.report()) }
        guard let rules = loaded.ruleSet else { throw ExitCode.misconfigured }
        return rules
    }
}
