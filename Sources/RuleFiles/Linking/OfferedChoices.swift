import Responder

/// The choices that the menus of all rules offer.
struct OfferedChoices {
    /// One choice of a menu.
    struct Offer {
        /// The id outside of the rule: `menu.hours`.
        var id: String
        /// The words that the contact sees.
        var title: String
        /// Whether it is in a list, and not a button.
        var isInList: Bool
    }

    private let offers: [String: [Offer]]

    /// Collects the choices of all rules, disabled ones included, and of the files' own templates.
    init(_ rules: [RuleDraft], settings: [ExpiredDraft]) {
        var offers: [String: [Offer]] = [:]
        func add(_ choices: [ChoiceDraft], of menu: String, isInList: Bool) {
            for choice in choices {
                guard let title = choice.title?.value else { continue }
                let offer = Offer(id: Rule.choiceID(menu, choice.id.value), title: title, isInList: isInList)
                guard offers[offer.id]?.contains(where: { $0.title == title }) != true else { continue }
                offers[choice.id.value, default: []].append(offer)
                offers[offer.id, default: []].append(offer)
            }
        }
        for rule in rules {
            guard let name = rule.id?.value else { continue }
            for choices in ((rule.reply?.value ?? []) + (rule.oneOf?.value ?? [])).compactMap(\.choices) {
                add(choices, of: name, isInList: choices.count > Menu.buttonLimit)
            }
            add(rule.template?.value.choices ?? [], of: name, isInList: false)
        }
        for case .template(let template) in settings + rules.compactMap(\.expired) {
            add(template.choices, of: Rule.expiredMenu, isInList: false)
        }
        // Who writes a rule does not know that all `expired` share one name.
        for rule in rules {
            guard let name = rule.id?.value, case .template(let template)? = rule.expired else { continue }
            for choice in template.choices {
                let known = offers[Rule.choiceID(Rule.expiredMenu, choice.id.value)] ?? []
                let own = known.filter { $0.title == choice.title?.value }
                offers[Rule.choiceID(name, choice.id.value), default: []] += own
            }
        }
        self.offers = offers
    }

    /// The ids of all choices, with and without that of their rule.
    var names: [String] { offers.keys.sorted() }

    /// Returns the choices of that name: its id, or those of its rule and its own with a full stop between them.
    func named(_ name: String) -> [Offer] { offers[name] ?? [] }
}
