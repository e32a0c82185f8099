import Daemon
import Foundation
import Providers
import Responder
import Store

extension StatusReport {
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
            var state = isServed ? "sending" : "not sending"
            if let stop = stop(account) { state = "stopped since \(zone.time(stop.stoppedAt))" }
            let open = open(account)
            let name = "\(account.number) (\(account.provider))"
            guard overview != nil else {
                lines.append(row("account", "\(name): unknown"))
                continue
            }
            let posts = open.failedPosts == 0 ? "" : ", \(counted(open.failedPosts, "post")) failed"
            lines.append(
                row(
                    "account",
                    "\(name): \(state), \(open.waiting) waiting, \(open.held) held, \(open.failed) failed\(posts)"))
        }
        if let overview {
            lines.append(row("messages", latest(overview.lastMessage, "came")))
            lines.append(row("sends", latest(overview.lastSent, "was accepted")))
        }
        let room = free.map { ", \(Self.amount($0)) free" } ?? ""
        lines.append(row("database", "\(database): \(size == 0 ? "none" : Self.amount(size))\(room)"))
        let problems = problems
        if problems.isEmpty {
            lines.append(terminal.green("Nothing needs you."))
        } else {
            lines.append(terminal.red("This needs you:"))
            lines += problems.map { "- \($0.sentence)" }
        }
        return lines.joined(separator: "\n")
    }

    private var daemon: String {
        let process = process.map { "process \($0)" } ?? dryRun.map { "dry run, process \($0)" } ?? "not running"
        switch probe {
        case .replyd(let readiness):
            return "\(process), \(readiness.storeFailure == nil ? "ready" : "not ready") at \(listen)"
        case .nobody, .stranger: return "\(process)\(self.process == nil ? "" : ", no answer at \(listen)")"
        case .unknownPort: return process
        }
    }

    private func row(_ head: String, _ text: String) -> String { head.padded(to: 10) + text }

    private func latest(_ moment: Timestamp?, _ verb: String) -> String {
        guard let moment else { return "none \(verb) yet" }
        let seconds = max(0, (now - moment).inMilliseconds / 1000)
        let age =
            switch seconds {
            case ..<120: "\(seconds) s"
            case ..<7200: "\(seconds / 60) min"
            case ..<172_800: "\(seconds / 3600) h"
            default: "\(seconds / 86_400) days"
            }
        return "the last \(verb) \(age) ago (\(zone.time(moment)))"
    }

    /// Returns an amount of bytes in words: `512 bytes`, `1.5 MiB`.
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
}
