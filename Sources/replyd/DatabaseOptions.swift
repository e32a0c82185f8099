import ArgumentParser
import Daemon
import Responder
import Store

/// `--config FILE`, for commands that look into the database beside the daemon.
struct DatabaseOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The configuration of the daemon.", valueName: "file"))
    var config: String

    /// The path of the configured database.
    func path() throws -> String {
        let loaded = ConfigurationLoader().load(path: config)
        guard let configuration = loaded.configuration else {
            complain(loaded.report())
            throw ExitCode.misconfigured
        }
        return configuration.database
    }

    /// Opens the database and does something with it; what is wrong with it is said in a line.
    func withStore(_ body: (Store, String) async throws -> Void) async throws {
        let path = try path()
        do {
            let store = try Store(besideDaemonAt: path)
            try await body(store, path)
        } catch let error as StoreError {
            complain("replyd: \(error)")
            throw ExitCode.misconfigured
        }
    }
}
