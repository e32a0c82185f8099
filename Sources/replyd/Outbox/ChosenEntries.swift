import ArgumentParser
import Daemon
import Foundation
import Providers
import Responder
import Store

/// The outbox entries that a command works on.
struct ChosenEntries: ParsableArguments {
    /// The outcome for one entry.
    enum Result {
        case done(String)
        case refused(String)
        /// The entry is in another state than those that the command works on.
        case notOne(of: String)
    }

    @OptionGroup var database: DatabaseOptions
    @Argument(help: ArgumentHelp("The entries' numbers.", valueName: "entry")) var entries: [Int64]

    /// Calls `work` with each entry, whatever the outcome of the others, and wakes the daemon.
    func forEach(_ work: (Store, _ entry: Int64, _ isServed: Bool) async throws -> Result) async throws {
        try await database.withStore { store, configuration in
            let control = ControlClient(database: configuration.database)
            let process = control.process()
            let isServed = process != nil
            var isFine = true
            var isDone = false
            // The daemon must also be told of the entries that were done before one failed.
            defer { if isDone, let process, !control.takeOperatorActions() { complainOfSilence(process) } }
            for entry in entries {
                let result = try await work(store, entry, isServed)
                if case .done(let done) = result {
                    complain("entry \(entry) is \(done)")
                    isDone = true
                    continue
                }
                isFine = false
                complain("replyd: \(try await Self.objection(to: entry, result, store))")
            }
            guard isFine else { throw ExitCode.notFine }
        }
    }

    private func complainOfSilence(_ process: pid_t) {
        complain(
            "replyd: the daemon (process \(process)) can't be told: its control socket beside the database is gone, or it hangs. It sees the change when it is restarted: systemctl restart replyd"
        )
    }

    private static func objection(to entry: Int64, _ result: Result, _ store: Store) async throws -> String {
        if case .refused(let why) = result { return why }
        guard case .notOne(let states) = result, let known = try await store.entries(.id(entry)).first else {
            return noSuchEntry(entry)
        }
        return "entry \(entry) is \(known.state.rawValue); only \(states)."
    }
}

func noSuchEntry(_ entry: Int64) -> String {
    "there is no entry \(entry). `replyd outbox list` shows those there are."
}
