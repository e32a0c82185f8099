/// Something that the contacts of a line see otherwise than the rules say, because the line can't show it.
public struct LineDifference: Sendable, Hashable {
    /// What they see, in words that continue a sentence about the line.
    public var what: String
    /// The rules that it concerns, in their order.
    public var rules: [String]
}

extension RuleSet {
    /// Returns the rules that messages to an account may match, in their order.
    public func rules(for account: String) -> [Rule] {
        rules.filter { rule in
            !rule.conditions.contains {
                if case .account(let accounts) = $0 { !accounts.contains(account) } else { false }
            }
        }
    }

    /// Returns what contacts of an account see otherwise than the rules say.
    public func differences(of account: String, with abilities: LineAbilities) -> [LineDifference] {
        let asked = self.rules(for: account)
        func rules(_ isConcerned: (Rule) -> Bool) -> [String] { asked.filter(isConcerned).map(\.id) }
        func bubbles(_ isConcerned: @escaping (Rule.Bubble.Extra) -> Bool) -> [String] {
            rules { $0.bubbles.contains { $0.extra.map(isConcerned) ?? false } }
        }
        func templates(_ isConcerned: @escaping (TemplateMessage) -> Bool) -> [String] {
            rules { $0.templates.contains(where: isConcerned) }
        }
        var found: [LineDifference] = []
        func add(_ isShown: Bool, _ what: String, _ rules: @autoclosure () -> [String]) {
            guard !isShown, case let rules = rules(), !rules.isEmpty else { return }
            found.append(LineDifference(what: what, rules: rules))
        }
        add(
            abilities.showsChoices, "menus go out as text with numbers",
            bubbles { if case .choices = $0 { true } else { false } })
        add(
            abilities.sendsFiles, "files go out as links in a text",
            bubbles { if case .file = $0 { true } else { false } })
        add(
            !abilities.sendsFiles || abilities.showsFileNames, "documents go out without their names",
            bubbles { if case .file(_, _, .some) = $0 { true } else { false } })
        add(
            abilities.sendsLocations, "places go out as text with a link to a map",
            bubbles { if case .location = $0 { true } else { false } })
        add(
            abilities.showsLinkButtons, "links go out in the text, not as buttons",
            bubbles { if case .link = $0 { true } else { false } })
        add(abilities.sendsReactions, "reactions are not sent", rules { $0.reaction != nil })
        add(
            abilities.fillsTemplateButtons, "links and codes of templates' buttons are not filled in",
            templates { !$0.buttons.isEmpty || $0.coupon != nil })
        add(
            abilities.marksTemplateChoices, "templates' choices are understood by their titles alone",
            templates { !$0.choices.isEmpty })
        add(
            abilities.namesTemplateVariables, "templates' variables go by their order, not by name",
            templates { !$0.names.isEmpty })
        add(
            abilities.hasTemplateCountries, "templates' languages have no country",
            templates { !TemplateLanguage.common.contains($0.language) })
        return found
    }
}

extension Rule {
    fileprivate var bubbles: [Bubble] {
        switch answer {
        case .reply(let bubbles), .oneOf(let bubbles): bubbles
        case .template, .ignore, nil: []
        }
    }

    /// The links of the files and buttons that the rule may send, with the kind of the file; `nil` for a page.
    public var links: [(link: String, kind: MediaFile.Kind?)] {
        let shown: [(String, MediaFile.Kind?)] = bubbles.compactMap { bubble in
            switch bubble.extra {
            case .file(let kind, let link, _)?: (link, kind)
            case .link(_, let url)?: (url, nil)
            case .choices, .location, nil: nil
            }
        }
        let headers = templates.compactMap(\.header).map { header in
            (header.link, MediaFile.Kind(rawValue: header.kind.rawValue))
        }
        return shown + headers
    }

    /// The templates that the rule may send, also instead of its answer.
    public var templates: [TemplateMessage] {
        var templates: [TemplateMessage] = []
        if case .template(let template)? = answer { templates.append(template) }
        if case .template(let template)? = expired { templates.append(template) }
        return templates
    }
}
