import ArgumentParser
import Daemon
import Foundation
import Providers
import Responder
import Store

struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox",
        abstract: "See what was not sent, and decide what becomes of it.",
        discussion: """
            Example:  replyd outbox list --config replyd.yaml

            Works beside a running daemon. An entry is held when nobody knows whether its last attempt reached the \
            contact: look into the conversation, then release it (it is sent) or drop it (it is not).
            """,
        subcommands: [List.self, Show.self, Release.self, Drop.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List entries that need a look: held, of stopped accounts, given up within a week.",
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
                    for entry in entries { printLine(EntryView(entry, in: .utc).json) }
                } else if entries.isEmpty {
                    printLine(state == nil ? "Nothing needs a look." : "There are none.")
                } else {
                    printText(EntryView.table(entries, in: configuration.zone, .output))
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
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
                printText(EntryView(entry, in: configuration.zone).story(.output))
            }
        }
    }

    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send entries after all: held, failed or dropped.",
            discussion: "Example:  replyd outbox release --config replyd.yaml 17")

        @OptionGroup var chosen: ChosenEntries

        func run() async throws {
            try await chosen.forEach { store, entry, isServed in
                switch try await store.release(entry, at: .now, by: .this) {
                case .released: return .done("released" + (isServed ? "" : "; it is sent when `replyd serve` starts"))
                case .optedOut:
                    return .refused("the contact of entry \(entry) has opted out and gets nothing. Drop it.")
                case .notOver: return .notOne(of: "held, failed and dropped ones can be released")
                }
            }
        }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
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
}

/// The entries that something is done with.
struct ChosenEntries: ParsableArguments {
    /// What became of one.
    enum Result {
        case done(String)
        case refused(String)
        /// It is in another state than those.
        case notOne(of: String)
    }

    @OptionGroup var database: DatabaseOptions
    @Argument(help: ArgumentHelp("The entries' numbers.", valueName: "entry")) var entries: [Int64]

    /// Does it with each entry, whatever becomes of the others, and tells the daemon.
    func forEach(_ work: (Store, _ entry: Int64, _ isServed: Bool) async throws -> Result) async throws {
        try await database.withStore { store, configuration in
            let isServed = Store.daemon(ofDatabase: configuration.database) != nil
            // Also of those that were done before one failed.
            defer { _ = Store.wakeDaemon(ofDatabase: configuration.database) }
            var isFine = true
            for entry in entries {
                let result = try await work(store, entry, isServed)
                if case .done(let done) = result {
                    complain("entry \(entry) is \(done)")
                    continue
                }
                isFine = false
                complain("replyd: \(try await Self.objection(to: entry, result, store))")
            }
            guard isFine else { throw ExitCode.notFine }
        }
    }

    private static func objection(to entry: Int64, _ result: Result, _ store: Store) async throws -> String {
        if case .refused(let why) = result { return why }
        guard case .notOne(let states) = result, let known = try await store.entries(.id(entry)).first else {
            return noSuchEntry(entry)
        }
        return "entry \(entry) is \(known.state); only \(states)."
    }
}

private func noSuchEntry(_ entry: Int64) -> String {
    "there is no entry \(entry). `replyd outbox list` shows those there are."
}

extension Timestamp {
    /// This moment.
    static var now: Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
