import ArgumentParser
import JSONText
import Responder
import Store

struct OutboxListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract:
            "List entries that need a look: held, of stopped accounts, given up within a week, or posts not taken for an hour.",
        discussion: "Example:  replyd outbox list --config replyd.yaml --state held")

    @OptionGroup var database: DatabaseOptions

    @Option(
        help: ArgumentHelp("Those of one state instead, or 'all'.", valueName: "state"),
        completion: .list(EntryState.allCases.map(\.rawValue) + ["all"]))
    var state: String?

    @Option(help: ArgumentHelp("How many at most.", valueName: "count"))
    var limit = 100

    @Flag(help: "Print JSON, an object a line.")
    var json = false

    func validate() throws {
        guard limit > 0 else { throw ValidationError("'--limit \(limit)' would list nothing. Write 1 or more.") }
        guard let state, state != "all", EntryState(rawValue: state) == nil else { return }
        let known = EntryState.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("'\(state)' is no state. One of: \(known), or all.")
    }

    func run() async throws {
        try await database.withStore { store, configuration in
            let filter: EntryFilter =
                switch state {
                case nil: .needingAttention(at: .now)
                case "all": .all
                case let state?: EntryState(rawValue: state).map(EntryFilter.state) ?? .all
                }
            let entries = try await store.entries(filter, limit: limit)
            if json {
                for entry in entries { printLine(EntryReport(entry, in: .utc).json) }
            } else if entries.isEmpty {
                printLine(state == nil ? "Nothing needs a look." : "There are none.")
            } else {
                printText(EntryReport.table(entries, in: configuration.rulesZone(), .output))
            }
        }
    }
}
