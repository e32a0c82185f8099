import Daemon
import Providers
import Responder
import Store

extension ActivityReport {
    // MARK: Text

    func text(_ terminal: Terminal) -> String {
        guard statistics.messages > 0 else {
            return "No message has come" + (since.map { " since \(zone.text($0)) (\(zone.name))." } ?? " yet.")
        }
        let span = [statistics.start, statistics.end].compactMap { $0.map(zone.text) }.joined(separator: " to ")
        var lines = [
            terminal.bold(
                "\(counted(statistics.messages, "message")) of \(counted(statistics.conversations, "conversation"))"),
            "\(span) (\(zone.name))", "",
        ]
        lines += overview(terminal)
        lines += section("rules by hits", hitsTable, terminal, count: hits.count)
        lines += section("rules without a hit", idleTable, terminal, count: idle.count)
        lines += section("what no rule matched", unmatched, of: unmatchedCount, terminal)
        let names = defaults.map { "\($0.rule) (\($0.place.file):\($0.place.line))" }.joined(separator: ", ")
        lines += section("what only \(names) answered", defaulted, of: defaultedCount, terminal)
        lines += section("templates the provider accepted", counts(statistics.templates), terminal)
        lines += section("sent, by kind", spendingTable, terminal)
        lines += section("answers not sent", unsentTable, terminal)
        lines += section("failed attempts", counts(statistics.failedAttempts), terminal)
        return lines.joined(separator: "\n")
    }

    private func overview(_ terminal: Terminal) -> [String] {
        var rows: [[String]] = []
        func add(_ name: String, _ count: Int) {
            rows.append([name, count.grouped, count.share(of: statistics.messages)])
        }
        add("reply", count(outcome: .reply))
        add("template", count(outcome: .template))
        add("silent", count(outcome: .silent))
        for (reason, count) in silences { add("  \(reason)", count) }
        let undecided = statistics.messages - statistics.decisions.reduce(0) { $0 + $1.count }
        if undecided > 0 { add("not decided yet", undecided) }
        // Some of these are decisions and others came later, so they have no share of the messages.
        rows += [
            ("window missed: silent", missed.silent), ("window missed: template", missed.template),
            ("handed off to a person", statistics.handoffs), ("answered from elsewhere", statistics.takeovers),
            ("opted out", statistics.optOuts), ("opted in again", statistics.optIns),
        ].map { [$0.0, $0.1.grouped, ""] }
        let table = Table([.init(""), .init("", isFigure: true), .init("", isFigure: true)], rows: rows)
        return table.lines(terminal, indent: "  ") + answerTimes(terminal)
    }

    private func answerTimes(_ terminal: Terminal) -> [String] {
        let times = statistics.answerTimes
        let parts = [("median", 0.5), ("95% within", 0.95), ("99% within", 0.99)].compactMap { name, share in
            times.milliseconds(share: share).map { "\(name) \(Self.time($0))" }
        }
        guard !parts.isEmpty else { return [] }
        return [
            "", terminal.bold("answer times (\(times.count.grouped))"), "  " + parts.joined(separator: ", "),
        ]
    }

    /// Returns a time with at most three digits below two minutes: `85 ms`, `1.24 s`, `12.5 s`, `3 min`.
    private static func time(_ milliseconds: Int64) -> String {
        func decimals(_ value: Int64, _ digits: Int) -> String {
            let power: Int64 = digits == 2 ? 100 : 10
            let rest = String(value % power)
            return "\(value / power).\(String(repeating: "0", count: digits - rest.count))\(rest)"
        }
        switch milliseconds {
        case ..<1000: return "\(milliseconds) ms"
        case ..<10_000: return "\(decimals(milliseconds / 10, 2)) s"
        case ..<120_000: return "\(decimals(milliseconds / 100, 1)) s"
        case ..<7_200_000: return "\(milliseconds / 60_000) min"
        default: return "\(milliseconds / 3_600_000) h"
        }
    }

    private func section(_ title: String, _ table: Table, _ terminal: Terminal, count: Int? = nil) -> [String] {
        guard !table.isEmpty else { return [] }
        let rest = (count ?? 0) - Self.rowLimit
        let more = rest > 0 ? ["  … and \(rest.grouped) more: --json shows them all"] : []
        return ["", terminal.bold(title + (count.map { " (\($0.grouped))" } ?? ""))]
            + table.lines(terminal, indent: "  ") + more
    }

    private var hitsTable: Table {
        let columns: [Table.Column] = [
            .init("rule"), .init("hits", isFigure: true), .init("share", isFigure: true),
            .init("reply", isFigure: true), .init("template", isFigure: true), .init("silent", isFigure: true),
            .init("where"),
        ]
        return Table(
            columns,
            rows: hits.prefix(Self.rowLimit).map { hits in
                [
                    hits.rule, hits.hits.grouped, hits.hits.share(of: statistics.messages), hits.reply.grouped,
                    hits.template.grouped, hits.silent.grouped,
                    hits.place.map { "\($0.file):\($0.line)" } ?? "no longer among the rules",
                ]
            })
    }

    private var idleTable: Table {
        Table(
            [.init("rule"), .init("where"), .init("")],
            rows: idle.prefix(Self.rowLimit).map { [$0.rule, "\($0.place.file):\($0.place.line)", $0.note] })
    }

    /// One row for each account and kind, and what an account's messages came to beside its first one.
    private var spendingTable: Table {
        let rows = spending.flatMap { spending in
            spending.kinds.enumerated().map { place, kind in
                [
                    place == 0 ? spending.account : "", kind.count.grouped, kind.kind.rawValue,
                    place == 0 ? spending.cost.map { prices[spending.account]?.amount($0) ?? "" } ?? "" : "",
                ]
            }
        }
        let cost = prices.isEmpty ? "" : "cost"
        return Table(
            [.init("account"), .init("sent", isFigure: true), .init("kind"), .init(cost, isFigure: true)], rows: rows)
    }

    private var unsentTable: Table {
        Table(
            [.init("", isFigure: true), .init(""), .init("")],
            rows: statistics.unsent.prefix(Self.rowLimit).map {
                [$0.count.grouped, $0.state.rawValue, ($0.detail ?? $0.reason?.rawValue ?? "").safeLine]
            })
    }

    private func counts(_ counted: [Statistics.Counted]) -> Table {
        Table(
            [.init("", isFigure: true), .init("")],
            rows: counted.prefix(Self.rowLimit).map { [$0.count.grouped, $0.name.safeLine] })
    }

    private func section(_ title: String, _ candidates: Candidates, of count: Int, _ terminal: Terminal) -> [String] {
        guard count > 0 else { return [] }
        let (looked, unmatched) = (candidates.looked, candidates.groups)
        let which =
            looked < count ? ", the latest \(looked.grouped) by what they share" : ", by what they share"
        var lines = ["", terminal.bold("\(title) (\(count.grouped))\(which)")]
        let rows = unmatched.groups.flatMap { group in
            group.samples.enumerated().map { place, sample in
                place == 0
                    ? [
                        group.messages.grouped, group.contacts.grouped,
                        group.words.joined(separator: " + ").safeLine,
                        sample.safeLine,
                    ] : ["", "", "", sample.safeLine]
            }
        }
        if !rows.isEmpty {
            let columns: [Table.Column] = [
                .init("messages", isFigure: true), .init("contacts", isFigure: true), .init("words"),
                .init("for example"),
            ]
            lines += Table(columns, rows: rows).lines(terminal, indent: "  ")
        }
        var rest: [String] = []
        if unmatched.ungrouped > 0 { rest.append("others: \(unmatched.ungrouped.grouped)") }
        rest += unmatched.wordless.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
            "\($0.key) without words: \($0.value.grouped)"
        }
        if !rest.isEmpty { lines.append("  \(rest.joined(separator: "; "))") }
        return lines
    }
}
