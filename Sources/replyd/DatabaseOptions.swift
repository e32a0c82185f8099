import ArgumentParser
import Daemon
import Responder
import RuleFiles
import Store

/// `--config FILE`, for commands that look into the database beside the daemon.
struct DatabaseOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The configuration of the daemon.", valueName: "file"))
    var config: String

    /// The configuration, or an end with status 78 and everything that is wrong with it.
    func configuration() throws -> Configuration {
        let loaded = ConfigurationLoader().load(path: config)
        guard let configuration = loaded.configuration else {
            complain(loaded.report())
            throw ExitCode.misconfigured
        }
        return configuration
    }

    /// Opens the database and does something with it; what is wrong with it is said in a line.
    func withStore(_ body: (Store, String) async throws -> Void) async throws {
        let path = try configuration().database
        try await saying { try await body(try Store(besideDaemonAt: path), path) }
    }

    /// Opens the database to read it alone.
    func withHistory(_ body: (Store, Configuration) async throws -> Void) async throws {
        let configuration = try configuration()
        try await saying {
            try await body(try Store(besideDaemonAt: configuration.database, isReadOnly: true), configuration)
        }
    }

    private func saying(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as StoreError {
            complain("replyd: \(error)")
            throw ExitCode.misconfigured
        }
    }
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
