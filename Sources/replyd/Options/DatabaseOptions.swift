import ArgumentParser
import Daemon
import Foundation
import Store

/// The option `--config FILE`, for commands that use the database beside the daemon.
struct DatabaseOptions: ParsableArguments {
    @OptionGroup var config: ConfigOption

    /// Opens the database and passes it to `body`; an error of the database is printed in one line and becomes an exit
    /// status.
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
    /// The command that runs now. Its user is known only if root runs it for that user by sudo(8).
    static var this: Command { Command(user: ProcessInfo.processInfo.environment["SUDO_USER"]) }
}
