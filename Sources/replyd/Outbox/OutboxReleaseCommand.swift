import ArgumentParser
import Store

struct OutboxReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Send entries after all: held, failed or dropped, or waiting for a stopped account.",
        discussion: "Example:  replyd outbox release --config replyd.yaml 17")

    @OptionGroup var chosen: ChosenEntries

    func run() async throws {
        try await chosen.forEach { store, entry, isServed in
            switch try await store.release(entry, at: .now, by: .this) {
            case .released: return .done("released" + (isServed ? "" : "; it is sent when `replyd serve` starts"))
            case .refused(let refusal): return .refused(refusal.sentence(for: entry))
            case .noSuchEntry: return .refused(noSuchEntry(entry))
            }
        }
    }
}
