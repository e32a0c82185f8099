import Providers
import Responder
import Store

/// What happened in a span of time, as people and machines read it.
struct ReportView {
    /// What one rule did.
    struct Hits: Equatable {
        var rule: String
        /// nil where it is no longer among the rules.
        var place: Place?
        var hits = 0
        var reply = 0
        var template = 0
        var silent = 0
    }

    /// A rule that decided nothing.
    struct Idle: Equatable {
        var rule: String
        var place: Place
        /// Why that may not mean much.
        var note: String
    }

    /// Messages that may deserve a rule.
    private struct Candidates {
        var looked: Int
        var groups: UnmatchedGroups

        init(_ messages: [Statistics.Unmatched]) {
            looked = messages.count
            groups = UnmatchedGroups(messages)
        }
    }

    private let statistics: Statistics
    private let zone: Zone
    private let revision: String
    private let since: Timestamp?
    private let hits: [Hits]
    private let idle: [Idle]
    /// What no rule matched.
    private let unmatched: Candidates
    /// What only rules answered that answer every message.
    private let defaulted: Candidates
    private let defaults: [Idle]

    /// How many rows of a table are shown.
    private static let rowLimit = 20

    init(_ statistics: Statistics, rules: RuleSet, since: Timestamp?) {
        self.statistics = statistics
        self.since = since
        zone = rules.zone ?? .utc
        revision = rules.revision
        let places = Dictionary(rules.rules.map { ($0.id, $0.place) }, uniquingKeysWith: { first, _ in first })
        var byRule: [String: Hits] = [:]
        for decisions in statistics.decisions {
            guard let rule = decisions.rule else { continue }
            var hits = byRule[rule] ?? Hits(rule: rule, place: places[rule])
            hits.hits += decisions.count
            switch decisions.outcome {
            case "reply": hits.reply += decisions.count
            case "template": hits.template += decisions.count
            default: hits.silent += decisions.count
            }
            byRule[rule] = hits
        }
        hits = byRule.values.sorted { $0.hits != $1.hits ? $0.hits > $1.hits : $0.rule < $1.rule }
        idle = rules.rules.filter { byRule[$0.id] == nil }.map { rule in
            let note = rule.isShadow ? "on trial" : rule.continues ? "goes on to the next" : ""
            return Idle(rule: rule.id, place: rule.place, note: note)
        }
        unmatched = Candidates(statistics.unmatched.filter { $0.rule == nil })
        defaulted = Candidates(statistics.unmatched.filter { $0.rule != nil })
        defaults = rules.defaults.filter { byRule[$0.id] != nil }
            .map { Idle(rule: $0.id, place: $0.place, note: "") }
    }

    private func count(outcome: String, reasons: [Decision.Reason] = []) -> Int {
        statistics.decisions.filter { decisions in
            decisions.outcome == outcome && (reasons.isEmpty || reasons.contains { $0.rawValue == decisions.reason })
        }.reduce(0) { $0 + $1.count }
    }

    /// Silence by reason, the most frequent first.
    private var silences: [(reason: String, count: Int)] {
        var counts: [String: Int] = [:]
        for decisions in statistics.decisions where decisions.outcome == "silent" {
            counts[decisions.reason, default: 0] += decisions.count
        }
        return counts.map { ($0.key, $0.value) }.sorted { ($1.count, $0.reason) < ($0.count, $1.reason) }
    }

    private var unmatchedCount: Int { silences.first { $0.reason == "no-match" }?.count ?? 0 }

    private var defaultedCount: Int {
        defaults.reduce(0) { sum, idle in sum + (hits.first { $0.rule == idle.rule }?.hits ?? 0) }
    }

    /// Answers that came to nothing because the window had shut, or the message was too old.
    private var missed: (silent: Int, template: Int) {
        let reasons: [Decision.Reason] = [.windowExpired, .tooOld]
        let unsent = statistics.unsent.filter { unsent in
            unsent.state == "failed" && reasons.contains { $0.rawValue == unsent.reason }
        }.reduce(0) { $0 + $1.count }
        return (
            count(outcome: "silent", reasons: reasons) + unsent,
            count(outcome: "template", reasons: reasons) + statistics.lateTemplates
        )
    }

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
        lines += section("answers not sent", unsentTable, terminal)
        lines += section("failed attempts", counts(statistics.failedAttempts), terminal)
        return lines.joined(separator: "\n")
    }

    private func overview(_ terminal: Terminal) -> [String] {
        var rows: [[String]] = []
        func add(_ name: String, _ count: Int) {
            rows.append([name, count.grouped, count.share(of: statistics.messages)])
        }
        add("reply", count(outcome: "reply"))
        add("template", count(outcome: "template"))
        add("silent", count(outcome: "silent"))
        for (reason, count) in silences { add("  \(reason)", count) }
        let undecided = statistics.messages - statistics.decisions.reduce(0) { $0 + $1.count }
        if undecided > 0 { add("not decided yet", undecided) }
        // Of these some are decisions, others came later.
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

    /// `85 ms`, `1.24 s`, `12.5 s`, `3 min`: three digits are known.
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

    private var unsentTable: Table {
        Table(
            [.init("", isFigure: true), .init(""), .init("")],
            rows: statistics.unsent.prefix(Self.rowLimit).map { [$0.count.grouped, $0.state, $0.reason.onOneLine] })
    }

    private func counts(_ counted: [Statistics.Counted]) -> Table {
        Table(
            [.init("", isFigure: true), .init("")],
            rows: counted.prefix(Self.rowLimit).map { [$0.count.grouped, $0.name.onOneLine] })
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
                        group.words.joined(separator: " + ").onOneLine,
                        sample.onOneLine,
                    ] : ["", "", "", sample.onOneLine]
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

    // MARK: JSON

    /// `{"since", "from", "to", "revision", "messages", "conversations", "outcomes": {outcome: number}, "silences":
    /// {reason: number}, "rules": [{"rule", "file", "line", "hits", "reply", "template", "silent"}], "without_hits":
    /// [{"rule", "file", "line", "note"}], "unmatched": {"messages", "looked_at", "groups": [{"words", "messages",
    /// "contacts", "samples"}], "ungrouped", "wordless": {type: number}}, "only_defaults": {as "unmatched", and "rules":
    /// [{"rule", "file", "line"}]}, "answer_times": {"answers", "median_ms",
    /// "p95_ms", "p99_ms"}, "windows_missed": {"silent", "template"}, "templates": {name: number}, "unsent": [{"state",
    /// "reason", "count"}], "failed_attempts": [{"why", "count"}], "handoffs", "takeovers", "opt_outs", "opt_ins"}`.
    var json: String {
        func number(_ count: Int) -> JSON { .integer(Int64(count)) }
        func seconds(_ moment: Timestamp?) -> JSON { moment.map { .integer($0.milliseconds / 1000) } ?? .null }
        func object(_ pairs: [(String, Int)]) -> JSON {
            .object(Dictionary(pairs.map { ($0.0, number($0.1)) }, uniquingKeysWith: { first, _ in first }))
        }
        func placed(_ rule: String, _ place: Place?, _ more: [String: JSON]) -> JSON {
            var members = more
            members["rule"] = .string(rule)
            members["file"] = place.map { .string($0.file) } ?? .null
            members["line"] = place.map { number($0.line) } ?? .null
            return .object(members)
        }
        func candidates(_ candidates: Candidates, _ count: Int) -> [String: JSON] {
            [
                "messages": number(count), "looked_at": number(candidates.looked),
                "groups": .array(
                    candidates.groups.groups.map {
                        .object([
                            "words": .array($0.words.map(JSON.string)), "messages": number($0.messages),
                            "contacts": number($0.contacts), "samples": .array($0.samples.map(JSON.string)),
                        ])
                    }),
                "ungrouped": number(candidates.groups.ungrouped),
                "wordless": object(candidates.groups.wordless.map { ($0.key, $0.value) }),
            ]
        }
        let times = statistics.answerTimes
        func percentile(_ share: Double) -> JSON { times.milliseconds(share: share).map(JSON.integer) ?? .null }
        let report = JSON.object([
            "since": seconds(since), "from": seconds(statistics.start), "to": seconds(statistics.end),
            "revision": .string(revision), "messages": number(statistics.messages),
            "conversations": number(statistics.conversations),
            "outcomes": object(["reply", "template", "silent"].map { ($0, count(outcome: $0)) }),
            "silences": object(silences.map { ($0.reason, $0.count) }),
            "rules": .array(
                hits.map {
                    placed(
                        $0.rule, $0.place,
                        [
                            "hits": number($0.hits), "reply": number($0.reply), "template": number($0.template),
                            "silent": number($0.silent),
                        ])
                }),
            "without_hits": .array(idle.map { placed($0.rule, $0.place, ["note": .string($0.note)]) }),
            "unmatched": .object(candidates(unmatched, unmatchedCount)),
            "only_defaults": .object(
                candidates(defaulted, defaultedCount).merging([
                    "rules": .array(defaults.map { placed($0.rule, $0.place, [:]) })
                ]) { $1 }),
            "answer_times": .object([
                "answers": number(times.count), "median_ms": percentile(0.5), "p95_ms": percentile(0.95),
                "p99_ms": percentile(0.99),
            ]),
            "windows_missed": .object(["silent": number(missed.silent), "template": number(missed.template)]),
            "templates": object(statistics.templates.map { ($0.name, $0.count) }),
            "unsent": .array(
                statistics.unsent.map {
                    .object(["state": .string($0.state), "reason": .string($0.reason), "count": number($0.count)])
                }),
            "failed_attempts": .array(
                statistics.failedAttempts.map { .object(["why": .string($0.name), "count": number($0.count)]) }),
            "handoffs": number(statistics.handoffs), "takeovers": number(statistics.takeovers),
            "opt_outs": number(statistics.optOuts), "opt_ins": number(statistics.optIns),
        ])
        return String(decoding: report.encoded, as: UTF8.self)
    }
}
