import Daemon
import Foundation
import Providers
import Responder
import Store

extension StatusReport {
    // MARK: Problems

    /// The problems that need a person, each with its remedy.
    var problems: [String] {
        // The process that serves from the database is unknown too, so other problems would be guesses.
        if let storeFailure, isForbidden { return [storeFailure] }
        var problems: [String] = []
        switch (process, probe) {
        case (nil, .replyd):
            problems.append(
                "a replyd answers at \(listen), but none serves from \(database): it has another configuration. Stop it, or change `listen`."
            )
        case (nil, _):
            problems.append(
                "replyd does not run: webhooks are not taken. Start it: systemctl start replyd, or replyd serve --config \(config)"
            )
        case (let process?, .nobody(let why)):
            problems.append(
                "replyd (process \(process)) does not answer at \(listen): \(why). It has just started, or was started with another `listen`; if this lasts, restart it."
            )
        case (let process?, .stranger):
            problems.append(
                "another program answers at \(listen), not replyd (process \(process)). Restart replyd if `listen` was changed."
            )
        case (_, .replyd(let readiness)):
            if let failure = readiness.storeFailure { problems.append("webhooks are turned away: \(failure)") }
            if !readiness.accounts.isEmpty, readiness.accounts != Set(accounts.map(\.number)) {
                problems.append(
                    "the daemon serves \(readiness.accounts.sorted().joined(separator: ", ")), for so it was started; \(config) has changed since. Restart it: systemctl restart replyd"
                )
            }
            if readiness.errors > 0 {
                problems.append(
                    "the changed rules are wrong (\(counted(readiness.errors, "error"))); revision \(readiness.revision) stays in use. See: replyd check --config \(config)"
                )
            }
        case (_, .unknownPort): break
        }
        if let storeFailure { problems.append(storeFailure) }
        for account in accounts {
            guard let stop = stop(account) else { continue }
            let waiting = open(account).waiting
            let entries = waiting == 1 ? "1 entry is" : "\(waiting) entries are"
            problems.append(
                "account \(account.number): \(stop.reason); sending is stopped, \(entries) waiting. See: replyd doctor --config \(config)"
            )
        }
        for account in accounts where process != nil && open(account).waiting >= account.limit {
            problems.append(
                "account \(account.number): \(open(account).waiting.grouped) entries wait, more than `max_memory` allows: its webhooks are turned away. See whether the provider takes them: replyd doctor --config \(config)"
            )
        }
        let held = accounts.reduce(0) { $0 + open($1).held }
        if held > 0 {
            problems.append(
                "nobody knows whether \(held == 1 ? "1 entry was" : "\(held) entries were") sent: \(held == 1 ? "it is" : "they are") held for you. See: replyd outbox list --config \(config) --state held"
            )
        }
        let failed = accounts.reduce(0) { $0 + open($1).failed }
        if failed > 0 {
            let (were, each) = failed == 1 ? ("1 entry was", "it") : ("\(failed.grouped) entries were", "each")
            problems.append(
                "\(were) given up within a week: the provider refused, or the time was over. See why, and release or drop \(each): replyd outbox list --config \(config)"
            )
        }
        return problems
    }
}
