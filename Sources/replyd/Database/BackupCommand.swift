import ArgumentParser
import Foundation
import Store

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the database to a file, whole, while the daemon runs.",
        discussion: """
            Example:  replyd backup --config replyd.yaml backup-2026-11-21.sqlite

            To restore it: stop the daemon, put the file in the place of the database, remove the files beside it that \
            end in -wal and -shm, start the daemon.
            """
    )

    @OptionGroup var database: DatabaseOptions
    @Argument(help: "The file to make; there must be none yet.") var file: String

    func run() async throws {
        let folder = (file as NSString).deletingLastPathComponent
        guard !FileManager.default.fileExists(atPath: file) else {
            complain("replyd: there is a file \(file) already, and a backup overwrites nothing. Choose another name.")
            throw ExitCode.notFine
        }
        guard folder.isEmpty || FileManager.default.fileExists(atPath: folder) else {
            complain("replyd: there is no folder \(folder). Make it first.")
            throw ExitCode.notFine
        }
        try await database.withStore { store, _ in
            try await store.backup(to: file)
            complain("the database is copied to \(file)")
        }
    }
}
