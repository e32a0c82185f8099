import Foundation
import JSONText
import Providers
import Responder
import Store

/// An outbox entry in forms for people and machines.
struct EntryReport {
    private let entry: ListedEntry
    private let zone: Zone

    /// Creates the report of an entry, with times in `zone`.
    init(_ entry: ListedEntry, in zone: Zone) {
        self.entry = entry
        self.zone = zone
    }

    static func table(_ entries: [ListedEntry], in zone: Zone, _ terminal: Terminal) -> String {
        let rows = entries.map { entry -> [String] in
            let view = EntryReport(entry, in: zone)
            return [
                String(entry.id), entry.state.rawValue, view.reason ?? "", zone.time(entry.decidedAt),
                entry.contact.safeLine,
                entry.rule ?? "", view.text(of: entry.content, length: terminal.cuts ? 40 : .max),
            ]
        }
        let heads = ["entry", "state", "reason", "since (\(zone.name))", "contact", "rule", "what"]
        return Table(heads.map { Table.Column($0) }, rows: rows).lines(terminal).joined(separator: "\n")
    }

    /// Returns the story of the entry, up to `now`.
    func story(_ terminal: Terminal, at now: Timestamp) -> String {
        var lines = [
            "\(terminal.bold("entry \(entry.id)")): \(entry.state.rawValue)\(reason.map { " (\($0))" } ?? "")",
            "  from \(entry.account) to \(entry.contact.safeLine)",
            "  since \(zone.time(entry.decidedAt)) (\(zone.name))",
        ]
        if entry.isForgotten {
            lines.append("  the contact was erased, with the message and the answer")
        } else {
            lines += [
                "  the contact wrote: \(entry.message.safeLine.isolated)",
                "  decided by \(entry.rule ?? "no rule"): \(entry.because.safeLine.isolatedQuotes)",
                "  \(entry.state == .sent ? "sent" : "to be sent"): \(text(of: entry.content, length: 4096).isolated)",
            ]
        }
        if entry.isReplaced {
            lines.append("  instead of: \(text(of: entry.outgoing.body, length: 4096).isolated)")
        } else if let fallback = entry.outgoing.fallback {
            lines.append("  or, out of the window: template \(fallback.name)")
        }
        if entry.attempts.isEmpty, !entry.isForgotten { lines.append("  not tried yet; due \(zone.time(entry.dueAt))") }
        for attempt in entry.attempts {
            let delivery = attempt.delivery.map { [0: "failed", 1: "sent", 2: "delivered", 3: "read"][$0] ?? "read" }
            let parts = [attempt.outcome?.rawValue ?? "in flight", attempt.detail?.safeLine, delivery].compactMap(
                \.self)
            lines.append(
                "  \(zone.time(attempt.startedAt))  attempt \(attempt.number), \(attempt.kind.rawValue): \(parts.joined(separator: ", "))"
            )
        }
        let refusal = entry.releaseRefusal(at: now)
        if entry.state == .held {
            let next = refusal == nil ? ", then release it or drop it." : "."
            lines.append(
                "  Nobody knows whether the last attempt reached the contact. Look into the conversation\(next)")
        }
        if [.held, .failed].contains(entry.state), let refusal {
            lines.append("  \(refusal.sentence(for: entry.id))")
        }
        return lines.joined(separator: "\n")
    }

    var json: String {
        let attempts = entry.attempts.map { attempt -> JSON in
            var object: [String: JSON] = [
                "number": .count(attempt.number), "kind": .string(attempt.kind.rawValue),
                "started_at": .seconds(of: attempt.startedAt),
            ]
            object["outcome"] = (attempt.outcome?.rawValue).map(JSON.string)
            object["detail"] = attempt.detail.map(JSON.string)
            object["delivery"] = attempt.delivery.map { .count($0) }
            return .object(object)
        }
        let object: [String: JSON] = [
            "entry": .integer(entry.id), "account": .string(entry.account), "contact": .string(entry.contact),
            "state": .string(entry.state.rawValue), "reason": .text(entry.reason?.rawValue),
            "detail": .text(entry.detail),
            "rule": .text(entry.rule), "content": .string(text(of: entry.content, length: 4096)),
            "created_at": .seconds(of: entry.decidedAt), "attempts": .array(attempts),
        ]
        return JSON.object(object).encodedText
    }

    /// The reason for the state of the entry, in words for people.
    private var reason: String? { (entry.detail ?? entry.reason?.rawValue)?.safeLine }

    private func text(of content: SendContent, length: Int) -> String {
        let text =
            switch content {
            case .message(.text(let text, _)): text
            case .message(.rich(let content, _)): content.lines.joined(separator: "\n")
            case .message(.reaction(let emoji, _)): "reaction \(emoji)"
            case .message(.template(let template)):
                "template \(template.name)"
                    + (template.variables.isEmpty ? "" : " (\(template.variables.joined(separator: ", ")))")
            case .post(let link, _): "post to \(SendContent.host(ofLink: link))"
            }
        return text.safeLine.shortened(to: length)
    }
}
