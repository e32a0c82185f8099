import Daemon
import Providers
import Responder
import Store

/// The result of a replay in forms for people and machines.
struct ComparisonReport {
    /// A set of rules, with its path as the person named it.
    struct Source {
        var path: String
        var rules: RuleSet
        /// The places of the rules in their files, by id.
        private let places: [String: Place]

        init(path: String, rules: RuleSet) {
            self.path = path
            self.rules = rules
            places = Dictionary(rules.rules.map { ($0.id, $0.place) }, uniquingKeysWith: { first, _ in first })
        }

        func place(of rule: String?) -> Place? { rule.flatMap { places[$0] } }
    }

    var comparison: Comparison
    var before: Source
    var after: Source
    var since: Timestamp?
    var erased: Int

    /// The number of pairs of rules that are shown for each kind of difference.
    private static let pairLimit = 5

    private var zone: Zone { before.rules.zone ?? .utc }

    // MARK: Text

    func text(_ terminal: Terminal) -> String {
        let span = since.map { "since \(zone.text($0)) (\(zone.name))" } ?? "all that is stored"
        let total = counted(comparison.messages, "message")
        var lines = [
            terminal.bold("\(total) of \(counted(comparison.conversations, "conversation"))"), span, "",
        ]
        if erased > 0 { lines += ["left out: \(counted(erased, "message")) of people who were erased", ""] }
        lines += Table(
            [.init(""), .init(""), .init("", isFigure: true), .init("")],
            rows: [("before", before), ("after", after)].map { name, source in
                [name, source.path, counted(source.rules.rules.count, "rule"), "revision \(source.rules.revision)"]
            }
        ).lines(terminal, indent: "  ")
        lines.append("")
        lines += Table(
            [.init(""), .init("", isFigure: true), .init("", isFigure: true)],
            rows: Difference.allCases.map { difference in
                let count = comparison.counts[difference] ?? 0
                return [difference.words, count.grouped, count.share(of: comparison.messages)]
            }
        ).lines(terminal, indent: "  ")
        lines += recorded
        for difference in Difference.allCases where difference != .none {
            lines += section(difference, terminal)
        }
        return lines.joined(separator: "\n")
    }

    /// The lines that say how far "before" is what really happened.
    private var recorded: [String] {
        let others = comparison.messages - comparison.asRecorded
        guard others > 0 else { return [] }
        let revision = comparison.otherRevision
        var why: [String] = []
        if revision > 0 { why.append("\(revision.grouped) by other revisions of the rules") }
        if others > revision { why.append("\((others - revision).grouped) although by these rules") }
        return [
            "", "The daemon itself had decided \(others.grouped) of them otherwise: \(why.joined(separator: ", ")).",
        ]
    }

    private func section(_ difference: Difference, _ terminal: Terminal) -> [String] {
        let groups = comparison.groups(of: difference)
        guard !groups.isEmpty else { return [] }
        var lines = ["", terminal.bold("\(difference.words): \((comparison.counts[difference] ?? 0).grouped)")]
        for (pair, group) in groups.prefix(Self.pairLimit) {
            lines += heading(pair, count: group.count, terminal)
            for example in group.examples { lines += shown(example, difference, terminal) }
        }
        let rest = groups.dropFirst(Self.pairLimit)
        if !rest.isEmpty {
            let messages = rest.reduce(0) { $0 + $1.group.count }
            lines.append(
                "  … and \(counted(messages, "message")) more, of \(counted(rest.count, "pair")) of rules: --json shows them all"
            )
        }
        return lines
    }

    /// Returns the two sides of a difference, on one line if they fit.
    private func heading(_ pair: Comparison.Pair, count: Int, _ terminal: Terminal) -> [String] {
        func sides(_ terminal: Terminal) -> [String] {
            [
                "  \(count.grouped) × \(verdict(pair.before, before, terminal))",
                "→ \(verdict(pair.after, after, terminal))",
            ]
        }
        let isShort = sides(.plain).reduce(1) { $0 + $1.columns } <= terminal.width
        let lines = sides(terminal)
        return isShort ? [lines.joined(separator: " ")] : [lines[0], "    " + lines[1]]
    }

    private func verdict(_ verdict: Comparison.Verdict, _ source: Source, _ terminal: Terminal) -> String {
        let reason = verdict.reason == .matched ? "" : " (\(verdict.reason.rawValue))"
        guard let rule = verdict.rule else { return "no rule\(reason)" }
        let outcome = verdict.outcome == .reply ? "" : "\(verdict.outcome.rawValue) by "
        let place = source.place(of: rule).map { " " + terminal.dim("\($0.file.isolated):\($0.line)") } ?? ""
        return "\(outcome)\(rule.isolated)\(reason)\(place)"
    }

    private func shown(_ example: Redecider.Redecided, _ difference: Difference, _ terminal: Terminal) -> [String] {
        let message = example.recorded.message
        let head =
            "    \(zone.text(example.recorded.decision.decidedAt))  \(message.contact.address.maskedNumber.safeLine)  "
        let text = message.text?.safeLine ?? "[\(message.type.rawValue)]"
        var lines = [head + text.shortened(to: terminal.width - head.columns - 2).isolated]
        for (name, decision) in [("before", example.before), ("after ", example.after)] {
            let words = summary(decision, withEffects: difference == .otherEffects)
            let line = words.shortened(to: terminal.width - 18)
            lines.append("      \(terminal.dim(name))  \(decision.outcome == .silent ? line : line.isolated)")
        }
        return lines
    }

    /// Returns the result of a decision, on one line.
    private func summary(_ decision: Decision, withEffects: Bool) -> String {
        var parts = decision.sends.compactMap { outgoing -> String? in
            switch outgoing.body {
            case .message(.text(let text, _)): text.safeLine
            case .message(.rich(let content, _)): content.lines.joined(separator: "\n").safeLine
            case .message(.reaction(let emoji, _)): "reaction \(emoji)".safeLine
            case .message(.template(let template)):
                (["template \(template.name) (\(template.language.rawValue))"] + template.variables).joined(
                    separator: " "
                )
                .safeLine
            case .post: nil
            }
        }
        if decision.outcome == .silent {
            parts = ["silent (\(decision.reason.rawValue)): \(decision.because.safeLine.isolatedQuotes)"]
        }
        let summary = parts.joined(separator: " ⏎ ")
        guard withEffects else { return summary }
        let effects = Trial.changes(decision, zone) + decision.links.map { "posts to \($0)" }
        return "\(summary) [\(effects.isEmpty ? "no effects" : effects.joined(separator: ", "))]"
    }
}
