import Daemon
import Foundation
import Providers
import Responder
import Store

/// How a daemon, its accounts and its database are, as `replyd status` shows it.
struct StatusReport {
    struct Account {
        var number: String
        var provider: String
        /// So many of its entries may wait before its webhooks are turned away.
        var limit = Int.max
    }

    /// The configuration, as it was given.
    var config: String
    var listen: Configuration.Address
    /// The process that serves from the database.
    var process: Int32?
    var probe: DaemonProbe
    var accounts: [Account]
    /// nil where the database can't be read.
    var overview: Overview?
    /// Why it can't.
    var storeFailure: String?
    /// Whether whoever asks may not look into the database, nor see who serves from it.
    var isForbidden = false
    var database: String
    /// In bytes.
    var size: Int
    /// In bytes.
    var free: Int?
    var now: Timestamp
    /// By whose clock times are shown.
    var zone = Zone.utc

    // MARK: Problems

    /// What needs a person, and what to do.
    var problems: [String] {
        // Whose database it is can't be told either.
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
            let entries = stop.waiting == 1 ? "1 entry is" : "\(stop.waiting) entries are"
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

    private func stop(_ account: Account) -> StoppedAccount? {
        overview?.stopped.first { $0.number == account.number }
    }

    private func open(_ account: Account) -> Overview.Open {
        overview?.open[account.number] ?? .init()
    }

    // MARK: Text

    func text(_ terminal: Terminal) -> String {
        var lines = [row("replyd", "\(Daemon.version), \(daemon)")]
        lines.append(row("time", "\(zone.time(now)) (\(zone.name))"))
        if case .replyd(let readiness) = probe {
            let refused = readiness.errors > 0 ? ", \(counted(readiness.errors, "error")) in changed ones" : ""
            lines.append(
                row("rules", "\(counted(readiness.ruleCount, "rule")), revision \(readiness.revision)\(refused)"))
        }
        for account in accounts {
            var state = "sending"
            if let stop = stop(account) { state = "stopped since \(zone.time(stop.stoppedAt))" }
            let open = open(account)
            let name = "\(account.number) (\(account.provider))"
            guard overview != nil else {
                lines.append(row("account", "\(name): unknown"))
                continue
            }
            lines.append(
                row(
                    "account",
                    "\(name): \(state), \(open.waiting) waiting, \(open.held) held, \(open.failed) failed"))
        }
        if let overview {
            lines.append(row("messages", "the last \(ago(overview.lastMessage, "came"))"))
            lines.append(row("sends", "the last \(ago(overview.lastSent, "was accepted"))"))
        }
        let room = free.map { ", \(Self.amount($0)) free" } ?? ""
        lines.append(row("database", "\(database): \(size == 0 ? "none" : Self.amount(size))\(room)"))
        let problems = problems
        if problems.isEmpty {
            lines.append(terminal.green("Nothing needs you."))
        } else {
            lines.append(terminal.red("This needs you:"))
            lines += problems.map { "- \($0)" }
        }
        return lines.joined(separator: "\n")
    }

    private var daemon: String {
        let process = process.map { "process \($0)" } ?? "not running"
        switch probe {
        case .replyd(let readiness):
            return "\(process), \(readiness.storeFailure == nil ? "ready" : "not ready") at \(listen)"
        case .nobody, .stranger: return "\(process)\(self.process == nil ? "" : ", no answer at \(listen)")"
        case .unknownPort: return process
        }
    }

    private func row(_ head: String, _ text: String) -> String { head.padded(to: 10) + text }

    private func ago(_ moment: Timestamp?, _ verb: String) -> String {
        guard let moment else { return "\(verb) never" }
        let seconds = max(0, (now - moment).inMilliseconds / 1000)
        let age =
            switch seconds {
            case ..<120: "\(seconds) s"
            case ..<7200: "\(seconds / 60) min"
            case ..<172_800: "\(seconds / 3600) h"
            default: "\(seconds / 86_400) days"
            }
        return "\(verb) \(age) ago (\(zone.time(moment)))"
    }

    /// `512 bytes`, `1.5 MiB`.
    static func amount(_ bytes: Int) -> String {
        guard bytes >= 1024 else { return "\(bytes) bytes" }
        var amount = Double(bytes) / 1024
        var units = ["KiB", "MiB", "GiB", "TiB"][...]
        while amount >= 1024, units.count > 1 {
            amount /= 1024
            units.removeFirst()
        }
        return String(format: "%.1f %@", amount, units.first ?? "")
    }

    // MARK: JSON

    var json: String {
        func seconds(_ moment: Timestamp?) -> JSON { moment.map { .integer($0.milliseconds / 1000) } ?? .null }
        var rules = JSON.null
        var isReady = false
        if case .replyd(let readiness) = probe {
            isReady = readiness.storeFailure == nil
            rules = .object([
                "revision": .string(readiness.revision), "count": .integer(Int64(readiness.ruleCount)),
                "errors": .integer(Int64(readiness.errors)),
            ])
        }
        let accounts = accounts.map { account -> JSON in
            let open = open(account)
            let stop = stop(account)
            return .object([
                "number": .string(account.number), "provider": .string(account.provider),
                "state": overview == nil ? .null : stop == nil ? "sending" : "stopped",
                "reason": stop.map { .string($0.reason) } ?? .null, "since": seconds(stop?.stoppedAt),
                "waiting": .integer(Int64(open.waiting)), "held": .integer(Int64(open.held)),
                "failed": .integer(Int64(open.failed)),
            ])
        }
        let object: [String: JSON] = [
            "version": .string(Daemon.version), "listen": .string("\(listen)"),
            "process": process.map { .integer(Int64($0)) } ?? .null, "ready": .bool(isReady), "rules": rules,
            "accounts": .array(accounts),
            "last_message": seconds(overview?.lastMessage), "last_sent": seconds(overview?.lastSent),
            "database": .object([
                "path": .string(database), "bytes": .integer(Int64(size)),
                "free": free.map { .integer(Int64($0)) } ?? .null,
            ]),
            "problems": .array(problems.map(JSON.string)),
        ]
        return String(decoding: JSON.object(object).encoded, as: UTF8.self)
    }
}
