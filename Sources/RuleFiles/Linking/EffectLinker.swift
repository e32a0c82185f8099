import Responder

/// Creates the effects of a rule: the state that it sets, its tags, its hand-off, its forward and its opt-out.
struct EffectLinker {
    let catalog: RuleCatalog
    let reader: Reader

    func effects(_ draft: RuleDraft, _ captures: TextTags.Captures) -> Rule.Effects {
        var effects = Rule.Effects()
        if let set = draft.set {
            effects.set = set.settings.compactMap { name, value in
                TextTags.check(value, names: catalog.names, captures: captures, reader).map {
                    Rule.Effects.Setting(name: name.value, value: $0, expires: set.expires)
                }
            }
        }
        for state in draft.unset { catalog.check(state: state, reader) }
        for tag in draft.untag { catalog.check(tag: tag, reader) }
        effects.unset = draft.unset.map(\.value)
        effects.tag = draft.tag.map(\.value)
        effects.untag = draft.untag.map(\.value)
        effects.pause = draft.handoff?.pause
        effects.notify = draft.handoff?.notify
        effects.forward = draft.forward
        let optOut = draft.optOut.flatMap { $0.value ? $0 : nil }
        let optIn = draft.optIn.flatMap { $0.value ? $0 : nil }
        if let optOut, let optIn {
            reader.error(
                max(optOut.node.range, optIn.node.range), "a rule opts out or in, not both", hint: "keep one of them")
        }
        effects.optOut = optOut != nil ? true : optIn != nil ? false : nil
        return effects
    }
}
