import ArgumentParser
import Store

struct OutboxReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Send entries after all: held, failed or dropped.",
        discussion: "Example:  replyd outbox release --config replyd.yaml 17")

    @OptionGroup var chosen: ChosenEntries

    func run() async throws {
        try await chosen.forEach { store, entry, isServed in
            switch try await store.release(entry, at: .now, by: .this) {
            case .released: return .done("released" + (isServed ? "" : "; it is sent when `replyd serve` starts"))
            case .optedOut:
                return .refused("the contact of entry \(entry) has opted out and gets nothing. Drop it.")
            case .pointless(let because): return .refused("entry \(entry) can't be sent now: \(because)")
            case .notReleasable: return .notOne(of: "held, failed and dropped ones can be released")
            }
        }
    }
}
