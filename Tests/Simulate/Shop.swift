import Daemon
import Responder
import RuleFiles

/// The rules of a simulated shop, and the words that its customers write.
enum Shop {
    /// Loads the rules with these settings. Every answer names the message it answers: `m12`.
    private static func load(_ settings: String) -> LoadedRules {
        let text = """
            version: 1
            settings: \(settings)
            hours: {shop: {timezone: UTC, open: {sun-sat: 09:00-17:00}}}
            rules:
              - {id: stop, match: stop, priority: 100, opt_out: true, reply: "bye {{message.text}}"}
              - {id: join, match: join, priority: 100, opt_in: true, reply: "back {{message.text}}"}
              - {id: person, match: person, handoff: {pause: 2h}, reply: "soon {{message.text}}"}
              - {id: two, match: two, reply: ["one {{message.text}}", "two {{message.text}}"]}
              - {id: slow, match: slow, delay: 40s, reply: "slow {{message.text}}"}
              - {id: open, match: open, at_open: shop, reply: "open {{message.text}}"}
              - {id: paid, match: paid, template: {name: paid, variables: ["paid {{message.text}}"]}}
              - {id: seldom, match: seldom, cooldown: 1h, reply: "seldom {{message.text}}"}
              - {id: tell, match: tell, forward: "http://localhost/", continue: true, set: {told: "{{message.text}}"}}
              - {id: all, match: anything, reply: "all {{message.text}}"}
            """
        return RuleSetLoader.load([SourceFile(path: "shop.yaml", text: text)])
    }

    /// The rules with a fallback, and without.
    static let variants = [
        load(#"{expired: {template: reopen, variables: ["reopen {{message.text}}"]}}"#), load("{expired: silent}"),
    ]

    static func rules(_ variant: Int) -> RuleSet {
        guard let rules = variants[variant].ruleSet else { fatalError("the simulation's own rules are wrong") }
        return rules
    }

    /// The words that customers write, after the number of their message.
    static let words = [
        "hello", "hello", "hello", "two", "two", "slow", "open", "paid", "seldom", "seldom", "tell", "person", "stop",
        "join",
        "join",
    ]
}
