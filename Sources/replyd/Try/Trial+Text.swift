import Daemon
import Responder

extension Trial {
    /// Returns the decision as people read it.
    func text(_ terminal: Terminal) -> String {
        var lines = [headline(terminal)]
        for outgoing in decision.sends { lines += shown(outgoing, terminal) }
        lines += Self.changes(decision, zone).map { "  \(terminal.dim($0))" }
        guard !explanations.isEmpty else { return lines.joined(separator: "\n") }
        lines.append("")
        let width = explanations.map(\.rule.columns).max() ?? 0
        for explanation in explanations {
            let mark =
                explanation.isAnswering
                ? terminal.green("▶") : explanation.isMatch ? terminal.yellow("·") : terminal.dim("✗")
            let rule = explanation.rule.padded(to: min(width, 30))
            let place = terminal.dim("\(explanation.place.file):\(explanation.place.line)")
            lines.append(
                "  \(mark) \(explanation.isAnswering ? terminal.bold(rule) : rule)  \(explanation.because.isolatedQuotes)  \(place)"
            )
        }
        return lines.joined(separator: "\n")
    }

    private func headline(_ terminal: Terminal) -> String {
        let rule = decision.rule.map { "rule \($0)" } ?? "no rule"
        let because = decision.because.isolatedQuotes
        switch decision.outcome {
        case .silent: return "\(terminal.yellow("silent")) (\(decision.reason.rawValue)), \(rule): \(because)"
        case .template: return "\(terminal.green("template")) by \(rule): \(because)"
        case .reply: return "\(terminal.green("reply")) by \(rule): \(because)"
        }
    }

    private func shown(_ outgoing: Outgoing, _ terminal: Terminal) -> [String] {
        var head: String
        var body: [String] = []
        switch outgoing.body {
        case .message(.text(let text, let replyTo)):
            head = "text\(replyTo == nil ? "" : ", quoting the message")"
            body = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).isolated }
        case .message(.rich(let content, let replyTo)):
            head = "\(Self.head(of: content))\(replyTo == nil ? "" : ", quoting the message")"
            body = content.lines.map(\.isolated)
        case .message(.reaction(let emoji, _)):
            head = "reaction"
            body = [emoji]
        case .message(.template(let template)):
            head = "template \(template.name) (\(template.language.rawValue))"
            body = Self.lines(of: template)
        case .post(let link, let json):
            head = "POST \(link)"
            body = [json]
        }
        if let due = outgoing.notBefore, due > now { head += ", at \(zone.text(due))" }
        return ["  \(terminal.dim(head))"] + body.map { "    \($0)" }
    }

    private static func lines(of template: RenderedTemplate) -> [String] {
        var lines = template.header.map { ["\($0.kind.rawValue) \($0.link)"] } ?? []
        lines += template.variables.enumerated().map { place, value in
            let name = template.names.indices.contains(place) ? template.names[place] : String(place + 1)
            return "{{\(name)}} \(value.isolated)"
        }
        lines += template.buttons.map { "button \($0.index): \($0.value.isolated)" }
        if let coupon = template.coupon { lines.append("code \(coupon.isolated)") }
        lines += template.payloads.map { "[\($0)]" }
        return lines
    }

    private static func head(of content: RichContent) -> String {
        switch content {
        case .menu(let menu): menu.isList ? "text, with a list behind '\(menu.opener.isolated)'" : "text with buttons"
        case .file(let file): "\(file.kind.rawValue)\(file.name.map { " \($0.isolated)" } ?? "")"
        case .location: "location"
        case .link: "text, with a button that opens a page"
        }
    }

    /// Returns the changes in the conversation, in words.
    static func changes(_ decision: Decision, _ zone: Zone) -> [String] {
        let changes = decision.changes
        var lines = changes.set.sorted { $0.key < $1.key }.map { name, value in
            "sets \(name) to '\(value.text)'" + (value.expires.map { ", until \(zone.text($0))" } ?? "")
        }
        lines += changes.unset.map { "forgets \($0)" }
        lines += changes.tag.map { "tags the contact \($0)" }
        lines += changes.untag.map { "takes the tag \($0) away" }
        if let until = changes.pausedUntil { lines.append("hands off to a person until \(zone.text(until))") }
        if changes.optedOut == true { lines.append("opts the contact out") }
        if changes.optedOut == false { lines.append("opts the contact in") }
        return lines
    }
}
