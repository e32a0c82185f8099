import Daemon
import Providers
import Responder
import Store

extension ComparisonReport {
    // MARK: JSON

    /// `{"messages", "conversations", "since", "erased", "before": {"path", "rules", "revision"}, "after", "recorded":
    /// {"same", "other_revision", "other"}, "counts": {kind: number}, "differences": [{"kind", "count", "before":
    /// {"rule", "file", "line", "outcome", "reason"}, "after", "examples": [{"id", "contact", "at", "text", "before":
    /// {"messages", "changes", "because"}, "after"}]}]}`; messages and changes as those of `replyd try`.
    var json: String {
        let others = comparison.messages - comparison.asRecorded
        let counts = Difference.allCases.map { ($0.rawValue, JSON.integer(Int64(comparison.counts[$0] ?? 0))) }
        let differences = Difference.allCases.flatMap { comparison.groups(of: $0) }.map { pair, group in
            JSON.object([
                "kind": .string(pair.difference.rawValue), "count": .integer(Int64(group.count)),
                "before": object(pair.before, before), "after": object(pair.after, after),
                "examples": .array(group.examples.map { object($0) }),
            ])
        }
        let report = JSON.object([
            "messages": .integer(Int64(comparison.messages)),
            "conversations": .integer(Int64(comparison.conversations)),
            "since": since.map { .integer($0.milliseconds / 1000) } ?? .null, "erased": .integer(Int64(erased)),
            "before": before.json, "after": after.json,
            "recorded": .object([
                "same": .integer(Int64(comparison.asRecorded)),
                "other_revision": .integer(Int64(comparison.otherRevision)),
                "other": .integer(Int64(others - comparison.otherRevision)),
            ]),
            "counts": .object(Dictionary(counts, uniquingKeysWith: { first, _ in first })),
            "differences": .array(differences),
        ])
        return String(decoding: report.encoded, as: UTF8.self)
    }

    private func object(_ verdict: Comparison.Verdict, _ source: Source) -> JSON {
        var object: [String: JSON] = [
            "rule": verdict.rule.map(JSON.string) ?? .null, "outcome": .string(verdict.outcome.rawValue),
            "reason": .string(verdict.reason.rawValue),
        ]
        if let place = source.place(of: verdict.rule) {
            object["file"] = .string(place.file)
            object["line"] = .integer(Int64(place.line))
        }
        return .object(object)
    }

    private func object(_ decision: Decision) -> JSON {
        .object([
            "messages": .array(decision.sends.map(\.view)), "changes": decision.changes.view,
            "because": .string(decision.because),
        ])
    }

    private func object(_ example: Redecider.Redecided) -> JSON {
        let message = example.recorded.message
        return .object([
            "id": .string(message.unique), "contact": .string(message.contact.address.shortenedNumber),
            "at": .integer(example.recorded.decidedAt.milliseconds / 1000),
            "text": message.text.map(JSON.string) ?? .null,
            "before": object(example.before), "after": object(example.after),
        ])
    }
}

extension ComparisonReport.Source {
    fileprivate var json: JSON {
        .object([
            "path": .string(path), "rules": .integer(Int64(rules.rules.count)), "revision": .string(rules.revision),
        ])
    }
}
