import Responder

/// Creates the conditions of a rule's `when`.
struct ConditionLinker {
    let catalog: RuleCatalog
    let reader: Reader

    func conditions(_ draft: WhenDraft) -> [Condition] {
        var conditions: [Condition] = []
        if let name = draft.open, let hours = catalog.hours(named: name, reader) { conditions.append(.open(hours)) }
        if let name = draft.closed, let hours = catalog.hours(named: name, reader) { conditions.append(.closed(hours)) }
        if let spans = draft.between, let zone = zone(draft, for: "between", spans.node.range) {
            conditions.append(.between(spans.value, zone))
        }
        if let dates = draft.date, let zone = zone(draft, for: "date", dates.node.range) {
            conditions.append(.dates(dates.value, zone))
        }
        if !draft.account.isEmpty { conditions.append(.account(Set(draft.account))) }
        if !draft.contact.isEmpty { conditions.append(.contact(Set(draft.contact))) }
        if let isFirst = draft.isFirstContact { conditions.append(.firstContact(isFirst)) }
        if let idle = draft.idle { conditions.append(.idle(idle)) }
        if let window = draft.window { conditions.append(.windowOpen(window == .open)) }
        for tag in draft.tagged + draft.notTagged { catalog.check(tag: tag, reader) }
        if !draft.tagged.isEmpty { conditions.append(.tagged(draft.tagged.map(\.value))) }
        if !draft.notTagged.isEmpty { conditions.append(.notTagged(draft.notTagged.map(\.value))) }
        for state in draft.state { catalog.check(state: state.name, reader) }
        if !draft.state.isEmpty {
            let states = draft.state.map { ($0.name.value, $0.values) }
            conditions.append(.state(Dictionary(states, uniquingKeysWith: { first, _ in first })))
        }
        if !draft.language.isEmpty { conditions.append(.language(Set(draft.language))) }
        if let not = draft.not { conditions.append(.not(self.conditions(not.when))) }
        if let any = draft.any { conditions.append(.any(any.map(self.conditions))) }
        return conditions
    }

    private func zone(_ draft: WhenDraft, for key: String, _ range: SourceRange) -> Zone? {
        if let zone = draft.timezone ?? catalog.zone { return zone }
        // If the hours are not in order, they may well give the time zone.
        if catalog.names.isSound, !draft.isZoneGiven {
            reader.error(range, "'\(key)' needs a time zone", hint: "add 'timezone: Asia/Jerusalem' beside it")
        }
        return nil
    }
}
