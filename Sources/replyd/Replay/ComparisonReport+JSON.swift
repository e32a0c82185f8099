import Daemon
import JSONText
import Providers
import Responder
import Store

extension ComparisonReport {
    // MARK: JSON

    /// The report as JSON: `{"messages", "conversations", "since", "erased", "before": {"path", "rules", "revision"},
    /// "after", "recorded": {"same", "other_revision", "other"}, "counts": {kind: number}, "differences": [{"kind",
    /// "count", "before": {"rule", "file", "line", "outcome", "reason"}, "after", "examples": [{"id", "contact", "at",
    /// "text", "before": {"messages", "changes", "because"}, "after"}]}]}`. Messages and changes are as in the JSON of
    /// `replyd try`.
    var json: String {
        let others = comparison.messages - comparison.asRecorded
        let counts = Difference.allCases.map { ($0.rawValue, JSON.count(comparison.counts[$0] ?? 0)) }
        let differences = Difference.allCases.flatMap { comparison.groups(of: $0) }.map { pair, group in
            JSON.object([
                "kind": .string(pair.difference.rawValue), "count": .count(group.count),
                "before": object(pair.before, before), "after": object(pair.after, after),
                "examples": .array(group.examples.map { object($0) }),
            ])
        }
        let report = JSON.object([
            "messages": .count(comparison.messages),
            "conversations": .count(comparison.conversations),
            "since": .seconds(of: since), "erased": .count(erased),
            "before": before.json, "after": after.json,
            "recorded": .object([
                "same": .count(comparison.asRecorded),
                "other_revision": .count(comparison.otherRevision),
                "other": .count(others - comparison.otherRevision),
            ]),
            "counts": .object(Dictionary(counts, uniquingKeysWith: { first, _ in first })),
            "differences": .array(differences),
        ])
        return report.encodedText
    }

    private func object(_ verdict: Comparison.Verdict, _ source: Source) -> JSON {
        var object: [String: JSON] = [
            "rule": .text(verdict.rule), "outcome": .string(verdict.outcome.rawValue),
            "reason": .string(verdict.reason.rawValue),
        ]
        if let place = source.place(of: verdict.rule) {
            object["file"] = .string(place.file)
            object["line"] = .count(place.line)
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
            "id": .string(message.unique), "contact": .string(message.contact.address.maskedNumber.safeLine),
            "at": .seconds(of: example.recorded.decision.decidedAt),
            "text": .text(message.text),
            "before": object(example.before), "after": object(example.after),
        ])
    }
}

extension ComparisonReport.Source {
    fileprivate var json: JSON {
        .object([
            "path": .string(path), "rules": .count(rules.rules.count), "revision": .string(rules.revision),
        ])
    }
}
