import ArgumentParser
import Daemon
import Foundation
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
