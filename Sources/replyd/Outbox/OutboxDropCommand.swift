import ArgumentParser
import Store

struct OutboxDropCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drop",
        abstract: "Give entries up: held, waiting or failed.",
        discussion: "Example:  replyd outbox drop --config replyd.yaml 17 18")

    @OptionGroup var chosen: ChosenEntries

    func run() async throws {
        try await chosen.forEach { store, entry, _ in
            try await store.drop(entry, by: .this)
                ? .done("dropped") : .notOne(of: "held, waiting and failed ones can be dropped")
        }
    }
}
