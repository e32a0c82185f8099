import Daemon
import HTTPTransport
import Providers
import Responder
import RuleFiles

/// Compares the templates that rules and configuration name with those that the provider has for an account.
struct TemplateCheck {
    /// A template that the provider would refuse.
    struct Problem {
        /// What is wrong, with the name of the template.
        var text: String
        /// The rules that send it; empty if the configuration does.
        var rules: [Rule]
    }

    /// What the comparison comes to.
    enum Result {
        /// The provider was asked: the number of templates that are in order, and those that are not.
        case compared(fine: Int, problems: [Problem])
        /// The provider can't be asked, for that reason; `remedy` makes it possible.
        case impossible(String, remedy: String?)
        /// The provider has no call that lists templates.
        case unlisted
        /// Neither rules nor configuration name a template.
        case nothing
    }

    let call: ProviderCall
    let rules: RuleSet
    /// The template of the configuration that replaces late answers.
    let expired: TemplateMessage?

    private struct Use {
        var template: TemplateMessage
        var rule: Rule?
    }

    func result() async -> Result {
        let rules = rules.rules(for: call.account.number)
        var uses = rules.flatMap { rule in rule.templates.map { Use(template: $0, rule: rule) } }
        if let expired, rules.contains(where: { $0.expired == nil && $0.answer != nil }) {
            uses.append(Use(template: expired))
        }
        guard !uses.isEmpty else { return .nothing }
        do {
            guard let known = try await call.inquiry().templates() else { return .unlisted }
            return compare(uses, with: known)
        } catch let missing as AccountInquiry.KeyMissing {
            return .impossible(
                "its templates can't be compared without `\(missing.name)`",
                remedy: "add `\(missing.name)` to the account: \(missing.hint)")
        } catch let refused as AccountInquiry.Refused {
            let why = refused.outcome.refusal?.text ?? "the provider's answer can't be read"
            return .impossible("its templates can't be read: \(why)", remedy: nil)
        } catch {
            let why = (error as? TransportError)?.text ?? "\(error)"
            return .impossible("its templates can't be read: the provider can't be reached: \(why)", remedy: nil)
        }
    }

    private func compare(_ uses: [Use], with known: [ProviderTemplate]) -> Result {
        var problems: [Problem] = []
        var fine: Set<String> = []
        for use in uses {
            let name = "template '\(use.template.name)' (\(use.template.language.rawValue))"
            let abilities = call.account.abilities
            guard let why = ProviderTemplate.objection(to: use.template, among: known, abilities) else {
                fine.insert(name)
                continue
            }
            let text = "\(name) \(why)"
            let place = problems.firstIndex { $0.text == text } ?? problems.endIndex
            if place == problems.endIndex { problems.append(Problem(text: text, rules: [])) }
            // A rule may name the same template for its answer and instead of it.
            if let rule = use.rule, problems[place].rules.last?.id != rule.id { problems[place].rules.append(rule) }
        }
        return .compared(fine: fine.count, problems: problems)
    }
}

extension TemplateCheck.Problem {
    /// What is wrong, with the places of the rules.
    func diagnostics(of account: String, in configuration: String) -> [Diagnostic] {
        let message = "account \(account): \(text)"
        guard !rules.isEmpty else {
            return [Diagnostic(code: "template", file: configuration, range: nil, message: message)]
        }
        return rules.map { rule in
            Diagnostic(
                code: "template", file: rule.place.file, range: SourceRange(line: rule.place.line, column: 1),
                message: message, hint: "in rule '\(rule.id)'")
        }
    }
}
