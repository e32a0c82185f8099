import Responder

/// The difference between two decisions about one message, the most important kinds first.
enum Difference: String, CaseIterable {
    case none = "same"
    case newlySilent = "newly_silent"
    case newlyAnswered = "newly_answered"
    /// An answer that was free, or silence, becomes a paid template.
    case newlyTemplate = "newly_template"
    case noLongerTemplate = "no_longer_template"
    case otherAnswer = "other_answer"
    /// The contact gets the same, but the state, the hand-off or the posts differ.
    case otherEffects = "other_effects"
    case otherRule = "other_rule"

    init(_ before: Decision, _ after: Decision) {
        switch (before.outcome, after.outcome) {
        case (.reply, .silent), (.template, .silent): self = .newlySilent
        case (.silent, .template), (.reply, .template): self = .newlyTemplate
        case (.silent, .reply): self = .newlyAnswered
        case (.template, .reply): self = .noLongerTemplate
        default:
            if before.answers != after.answers {
                self = .otherAnswer
            } else if !before.hasSameEffects(as: after) {
                self = .otherEffects
            } else if before.rule != after.rule || before.reason != after.reason {
                self = .otherRule
            } else {
                self = .none
            }
        }
    }

    var words: String {
        switch self {
        case .none: "same"
        case .newlySilent: "newly silent"
        case .newlyAnswered: "newly answered"
        case .newlyTemplate: "newly a paid template"
        case .noLongerTemplate: "text instead of a paid template"
        case .otherAnswer: "another answer"
        case .otherEffects: "same answer, other effects"
        case .otherRule: "same answer, another rule or reason"
        }
    }
}

extension Decision {
    /// The messages that the contact gets, with their times. Fallbacks for a window that shuts before are left out.
    fileprivate var answers: [Outgoing] {
        sends.filter { $0.lane != .posts }.map { outgoing in
            var answer = outgoing
            answer.fallback = nil
            answer.textEnd = Timestamp(milliseconds: 0)
            return answer
        }
    }

    /// The addresses that the decision posts to.
    var links: [String] {
        sends.compactMap { outgoing in
            if case .post(let link, _) = outgoing.body { return link }
            return nil
        }
    }

    fileprivate func hasSameEffects(as other: Decision) -> Bool {
        changes.set == other.changes.set && changes.unset == other.changes.unset && changes.tag == other.changes.tag
            && changes.untag == other.changes.untag && changes.pausedUntil == other.changes.pausedUntil
            && changes.optedOut == other.changes.optedOut && links == other.links
    }
}
