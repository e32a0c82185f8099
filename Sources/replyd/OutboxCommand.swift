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

        @Option(help: ArgumentHelp("Those of one state instead, or 'all'.", valueName: "state"))
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
            try await database.withStore { store, _ in
                let filter: EntryFilter =
                    switch state {
                    case nil: .needingAttention(at: .now)
                    case "all": .all
                    case let state?: EntryState(rawValue: state).map(EntryFilter.state) ?? .all
                    }
                let entries = try await store.entries(filter, limit: limit)
                if json {
                    for entry in entries { printLine(EntryView(entry).json) }
                } else if entries.isEmpty {
                    printLine(state == nil ? "Nothing needs a look." : "There are none.")
                } else {
                    printText(EntryView.table(entries, .output))
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
            try await database.withStore { store, _ in
                guard let entry = try await store.entries(.id(entry)).first else { throw noSuchEntry(entry) }
                printText(EntryView(entry).story(.output))
            }
        }
    }

    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send an entry after all: held, failed or dropped.",
            discussion: "Example:  replyd outbox release --config replyd.yaml 17")

        @OptionGroup var database: DatabaseOptions
        @Argument(help: "The entry's number.") var entry: Int64

        func run() async throws {
            try await database.withStore { store, path in
                switch try await store.release(entry, at: .now) {
                case .released: break
                case .optedOut:
                    complain("replyd: the contact of entry \(entry) has opted out and gets nothing. Drop it.")
                    throw ExitCode.notFine
                case .notOver:
                    guard let known = try await store.entries(.id(entry)).first else { throw noSuchEntry(entry) }
                    complain(
                        "replyd: entry \(entry) is \(known.state); only held, failed and dropped ones can be released.")
                    throw ExitCode.notFine
                }
                let isServed = Store.wakeDaemon(ofDatabase: path)
                complain("entry \(entry) is released" + (isServed ? "" : "; it is sent when `replyd serve` starts"))
            }
        }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give an entry up: held, waiting or failed.",
            discussion: "Example:  replyd outbox drop --config replyd.yaml 17")

        @OptionGroup var database: DatabaseOptions
        @Argument(help: "The entry's number.") var entry: Int64

        func run() async throws {
            try await database.withStore { store, path in
                guard try await store.drop(entry) else {
                    guard let known = try await store.entries(.id(entry)).first else { throw noSuchEntry(entry) }
                    complain(
                        "replyd: entry \(entry) is \(known.state); only held, waiting and failed ones can be dropped.")
                    throw ExitCode.notFine
                }
                // What stood behind it may go now.
                _ = Store.wakeDaemon(ofDatabase: path)
                complain("entry \(entry) is dropped")
            }
        }
    }
}

private func noSuchEntry(_ entry: Int64) -> ExitCode {
    complain("replyd: there is no entry \(entry). `replyd outbox list` shows those there are.")
    return .notFine
}

extension Timestamp {
    /// This moment.
    static var now: Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
