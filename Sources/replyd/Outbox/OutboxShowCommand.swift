import ArgumentParser
import Responder
import Store

struct OutboxShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show an entry with its story.",
        discussion: "Example:  replyd outbox show --config replyd.yaml 17")

    @OptionGroup var database: DatabaseOptions
    @Argument(help: "The entry's number.") var entry: Int64

    func run() async throws {
        try await database.withStore { store, configuration in
            guard let entry = try await store.entries(.id(entry)).first else {
                complain("replyd: \(noSuchEntry(entry))")
                throw ExitCode.notFine
            }
            printText(EntryReport(entry, in: configuration.rulesZone()).story(.output, at: .now))
        }
    }
}
