import Daemon
import Foundation
import Providers
import Responder
import Store

extension StatusReport {
    // MARK: Problems

    /// The problems that need a person, each with its remedy.
    var problems: [Problem] {
        // The process that serves from the database is unknown too, so other problems would be guesses.
        if let storeFailure, isForbidden { return [Problem(.store, storeFailure)] }
        var problems = daemonProblems
        if let storeFailure { problems.append(Problem(.store, storeFailure)) }
        if let overview {
            problems += Problem.all(
                in: overview, accounts: accounts.map(\.number), limit: process == nil ? nil : limit, config: config)
        }
        problems += spentBudgets
        return problems
    }

    /// The problems that the daemon itself tells, or the lack of its answer.
    private var daemonProblems: [Problem] {
        switch (process, probe) {
        case (nil, .replyd) where dryRun != nil:
            return [
                Problem(
                    .daemon, "only a dry run answers at \(listen): it sends nothing and leaves \(database) alone",
                    remedy: "Once it has shown enough, stop it and start replyd.")
            ]
        case (nil, .replyd):
            return [
                Problem(
                    .daemon,
                    "a replyd answers at \(listen), but none serves from \(database): it has another configuration",
                    remedy: "Stop it, or change `listen`.")
            ]
        case (nil, _) where ruleErrors > 0:
            return [
                Problem(
                    .daemon,
                    "replyd does not run: webhooks are not taken. The rules are wrong (\(counted(ruleErrors, "error"))), and it does not start with these",
                    remedy: "See: replyd check --config \(config)")
            ]
        case (nil, _):
            return [
                Problem(
                    .daemon, "replyd does not run: webhooks are not taken",
                    remedy: "Start it: systemctl start replyd, or replyd serve --config \(config)")
            ]
        case (let process?, .nobody(let why)):
            return [
                Problem(
                    .daemon, "replyd (process \(process)) does not answer at \(listen): \(why)",
                    remedy:
                        "It has just started, or was started with another `listen`; if this lasts, restart it.")
            ]
        case (let process?, .stranger):
            return [
                Problem(
                    .daemon, "another program answers at \(listen), not replyd (process \(process))",
                    remedy: "Restart replyd if `listen` was changed.")
            ]
        case (_, .replyd(let readiness)): return problems(of: readiness)
        case (_, .unknownPort): return []
        }
    }

    private func problems(of readiness: DaemonProbe.Readiness) -> [Problem] {
        var problems: [Problem] = []
        if let failure = readiness.storeFailure { problems.append(.store(failure)) }
        if !readiness.accounts.isEmpty, readiness.accounts != Set(accounts.map(\.number)) {
            let served = readiness.accounts.sorted().joined(separator: ", ")
            problems.append(
                Problem(
                    .daemon, "the daemon serves \(served), for so it was started; \(config) has changed since",
                    remedy: "Restart it: systemctl restart replyd"))
        }
        if readiness.errors > 0 {
            problems.append(.rules(errors: readiness.errors, revision: readiness.revision, config: config))
        }
        return problems
    }
}
