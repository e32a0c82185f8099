import Matching
import Responder

extension TemplateDraft {
    /// Returns the template after checking its texts.
    ///
    /// - Parameter menu: The name that stands for the template in the ids of its choices; `nil` if it can offer none.
    func linked(
        _ captures: TextTags.Captures, _ names: TextTags.Names, _ reader: Reader, menu: String?
    ) -> TemplateMessage {
        func text(_ text: Located<String>) -> RuleText? {
            TextTags.check(text, names: names, captures: captures, reader)
        }
        var template = TemplateMessage(
            name: name?.value ?? "", language: language, header: header, variables: variables.compactMap(text))
        template.names = self.names
        template.coupon = coupon.flatMap { coupon in
            // What a variable brings is cut; what is written is known to be too long.
            let length = coupon.value.utf16.count
            if length > TemplateMessage.couponLimit, !coupon.value.utf8.contains("{{".utf8) {
                reader.error(
                    coupon.node.range,
                    "a coupon has at most \(TemplateMessage.couponLimit) characters, and this has \(length)")
            }
            return text(coupon)
        }
        var titles = ChoiceTitles(reader)
        template.choices = choices.compactMap { choice(of: $0, menu, &titles, reader) }
        for (place, button) in buttons.enumerated() {
            let index = button.index ?? choices.count + place
            guard let value = text(button.value) else { continue }
            template.buttons[index] = value
        }
        let count = max(template.buttons.keys.max().map { $0 + 1 } ?? 0, choices.count)
        if count > TemplateMessage.buttonLimit, let last = buttons.last?.value ?? choices.last?.id {
            reader.error(
                last.node.range,
                "a template has at most \(TemplateMessage.buttonLimit) buttons, and this is number \(count)")
        }
        return template
    }

    private func choice(
        of draft: ChoiceDraft, _ menu: String?, _ titles: inout ChoiceTitles, _ reader: Reader
    ) -> Menu.Choice? {
        guard let menu else {
            reader.error(
                draft.id.node.range, "the configuration's template has no choices: rules could not ask for them",
                hint: "write this 'expired' into the settings of a rules file")
            return nil
        }
        guard let title = draft.title else { return nil }
        reader.check(title, "the title of a template's button", TemplateMessage.choiceTitleLimit)
        let id = Rule.choiceID(menu, draft.id.value)
        if id.utf16.count > TemplateMessage.choiceIDLimit {
            reader.error(
                draft.id.node.range,
                "the ids of rule and choice have more than \(TemplateMessage.choiceIDLimit) characters together",
                hint: "choose a shorter one")
        }
        guard titles.accept(title) else { return nil }
        return Menu.Choice(id: id, title: title.value)
    }
}
