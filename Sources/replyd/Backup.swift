import ArgumentParser
import Store

struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
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
        try await database.withStore { store, _ in
            try await store.backup(to: file)
            complain("the database is copied to \(file)")
        }
    }
}
