import Daemon
import JSONText
import Providers
import Responder
import Store

extension ActivityReport {
    // MARK: JSON

    /// The report as JSON: `{"since", "from", "to", "revision", "messages", "conversations", "outcomes": {outcome:
    /// number}, "silences": {reason: number}, "rules": [{"rule", "file", "line", "hits", "reply", "template",
    /// "silent"}], "without_hits": [{"rule", "file", "line", "note"}], "unmatched": {"messages", "looked_at", "groups":
    /// [{"words", "messages", "contacts", "samples"}], "ungrouped", "wordless": {type: number}}, "only_defaults": {as
    /// "unmatched", and "rules": [{"rule", "file", "line"}]}, "answer_times": {"answers", "median_ms", "p95_ms",
    /// "p99_ms"}, "windows_missed": {"silent", "template"}, "templates": {name: number}, "sent":
    /// [{"account", "kinds": {kind: number}, "cost", "currency"}], "unsent": [{"state", "reason",
    /// "detail", "count"}], "failed_attempts": [{"why", "count"}], "handoffs", "takeovers", "opt_outs", "opt_ins"}`.
    var json: String {
        func object(_ pairs: [(String, Int)]) -> JSON {
            .object(Dictionary(pairs.map { ($0.0, JSON.count($0.1)) }, uniquingKeysWith: { first, _ in first }))
        }
        func placed(_ rule: String, _ place: Place?, _ more: [String: JSON]) -> JSON {
            var members = more
            members["rule"] = .string(rule)
            members["file"] = place.map { .string($0.file) } ?? .null
            members["line"] = place.map { JSON.count($0.line) } ?? .null
            return .object(members)
        }
        func candidates(_ candidates: Candidates, _ count: Int) -> [String: JSON] {
            [
                "messages": .count(count), "looked_at": .count(candidates.looked),
                "groups": .array(
                    candidates.groups.groups.map {
                        .object([
                            "words": .texts($0.words), "messages": .count($0.messages),
                            "contacts": .count($0.contacts), "samples": .texts($0.samples),
                        ])
                    }),
                "ungrouped": .count(candidates.groups.ungrouped),
                "wordless": object(candidates.groups.wordless.map { ($0.key, $0.value) }),
            ]
        }
        let times = statistics.answerTimes
        func percentile(_ share: Double) -> JSON { times.milliseconds(share: share).map(JSON.integer) ?? .null }
        let report = JSON.object([
            "since": .seconds(of: since), "from": .seconds(of: statistics.start), "to": .seconds(of: statistics.end),
            "revision": .string(revision), "messages": .count(statistics.messages),
            "conversations": .count(statistics.conversations),
            "outcomes": object(Decision.Outcome.allCases.map { ($0.rawValue, count(outcome: $0)) }),
            "silences": object(silences.map { ($0.reason, $0.count) }),
            "rules": .array(
                hits.map {
                    placed(
                        $0.rule, $0.place,
                        [
                            "hits": .count($0.hits), "reply": .count($0.reply), "template": .count($0.template),
                            "silent": .count($0.silent),
                        ])
                }),
            "without_hits": .array(idle.map { placed($0.rule, $0.place, ["note": .string($0.note)]) }),
            "unmatched": .object(candidates(unmatched, unmatchedCount)),
            "only_defaults": .object(
                candidates(defaulted, defaultedCount).merging([
                    "rules": .array(defaults.map { placed($0.rule, $0.place, [:]) })
                ]) { $1 }),
            "answer_times": .object([
                "answers": .count(times.count), "median_ms": percentile(0.5), "p95_ms": percentile(0.95),
                "p99_ms": percentile(0.99),
            ]),
            "windows_missed": .object(["silent": .count(missed.silent), "template": .count(missed.template)]),
            "templates": object(statistics.templates.map { ($0.name, $0.count) }),
            "sent": .array(
                spending.map { spending in
                    var members: [String: JSON] = [
                        "account": .string(spending.account),
                        "kinds": object(spending.kinds.map { ($0.kind.rawValue, $0.count) }),
                    ]
                    members["cost"] = spending.cost.map(JSON.number)
                    members["currency"] = prices[spending.account].map { .string($0.currency) }
                    return .object(members)
                }),
            "unsent": .array(
                statistics.unsent.map {
                    .object([
                        "state": .string($0.state.rawValue), "reason": .text($0.reason?.rawValue),
                        "detail": .text($0.detail), "count": .count($0.count),
                    ])
                }),
            "failed_attempts": .array(
                statistics.failedAttempts.map { .object(["why": .string($0.name), "count": .count($0.count)]) }),
            "handoffs": .count(statistics.handoffs), "takeovers": .count(statistics.takeovers),
            "opt_outs": .count(statistics.optOuts), "opt_ins": .count(statistics.optIns),
        ])
        return report.encodedText
    }
}
