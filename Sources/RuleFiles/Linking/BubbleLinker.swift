import Matching
import Responder

/// Creates the messages of a rule's answer: checks what goes together, and what WhatsApp takes.
struct BubbleLinker {
    let catalog: RuleCatalog
    let reader: Reader
    let captures: TextTags.Captures
    /// The id of the rule; `nil` if it has none.
    let rule: String?

    /// The keys of what a reply can show beside its text.
    private static let extras = ["choices", "image", "video", "audio", "document", "location", "link"]
    private static let files = Set(MediaFile.Kind.allCases.map(\.rawValue))

    /// Returns the messages of a reply; those with errors are left out.
    func bubbles(_ drafts: [BubbleDraft], quote: Bool) -> [Rule.Bubble] {
        drafts.compactMap { bubble($0, quote: quote) }
    }

    /// Records an error if a contact would get several menus at once: a number stands for a choice of the latest one.
    func checkMenus(_ drafts: [BubbleDraft]) {
        for extra in drafts.filter({ $0.given.contains("choices") }).dropFirst() {
            reader.error(
                extra.range, "an answer has one menu: nobody could tell which one a number is meant for",
                hint: "put the choices together, at most \(Menu.choiceLimit)")
        }
    }

    private func bubble(_ draft: BubbleDraft, quote: Bool) -> Rule.Bubble? {
        guard isSound(draft) else { return nil }
        let quote = draft.quote ?? quote
        let source = draft.text ?? draft.caption
        let extra = extra(draft)
        guard let source else {
            return (try? RuleText("")).map { Rule.Bubble(text: $0, quote: quote, extra: extra) }
        }
        guard let text = checked(source, limit(of: draft)) else { return nil }
        return Rule.Bubble(text: text, quote: quote, extra: extra)
    }

    // MARK: What goes together

    private func isSound(_ draft: BubbleDraft) -> Bool {
        let given = Self.extras.filter(draft.given.contains)
        if given.count > 1 {
            reader.error(
                draft.range, "a reply shows one thing beside its text, not '\(given[0])' and '\(given[1])'",
                hint: "write them as two replies of a list")
            return false
        }
        let hasFile = given.first.map(Self.files.contains) ?? false
        let hasPlace = given.first == "location"
        if draft.given.contains("caption"), !hasFile || given.first == "audio" {
            reader.error(
                draft.caption?.node.range ?? draft.range,
                hasFile ? "a recording has no caption" : "there is no file that this could stand under",
                hint: hasFile
                    ? "put the text into a reply of its own" : "write 'text', or add an image, a video or a document")
            return false
        }
        if draft.given.contains("text"), hasFile || hasPlace {
            reader.error(
                draft.text?.node.range ?? draft.range,
                hasPlace ? "a location has no text" : "a file has a caption, not a text",
                hint: hasFile && given.first != "audio" ? "write 'caption'" : "put the text into a reply of its own")
            return false
        }
        if !draft.given.contains("text"), !hasFile, !hasPlace {
            reader.error(draft.range, "a reply needs a 'text'")
            return false
        }
        if draft.given.contains("open"), !draft.given.contains("choices") {
            reader.error(
                draft.opener?.node.range ?? draft.range, "there is no list that this could open",
                hint: "add 'choices', or remove this")
        }
        return true
    }

    private func extra(_ draft: BubbleDraft) -> Rule.Bubble.Extra? {
        for (kind, link) in [
            (MediaFile.Kind.image, draft.image), (.video, draft.video), (.audio, draft.audio),
            (.document, draft.document?.link),
        ] {
            if let link { return .file(kind, link: link.value, name: draft.document?.name) }
        }
        if let place = draft.location, let latitude = place.latitude, let longitude = place.longitude {
            return .location(
                Location(latitude: latitude, longitude: longitude, name: place.name, address: place.address))
        }
        if let link = draft.link, let title = link.title, let url = link.url {
            reader.check(title, "the title of a link", LinkButton.titleLimit)
            return .link(title: title.value, url: url.value)
        }
        return draft.choices.map { .choices(choices($0), opener: opener(draft)) }
    }

    // MARK: Choices

    private func choices(_ drafts: [ChoiceDraft]) -> [Rule.Choice] {
        let isList = drafts.count > Menu.buttonLimit
        if drafts.count > Menu.choiceLimit {
            reader.error(
                drafts[Menu.choiceLimit].id.node.range,
                "a menu has at most \(Menu.choiceLimit) choices, and these are \(drafts.count)",
                hint: "this is the first too many; let a choice lead to a menu of its own")
        }
        var titles = ChoiceTitles(reader)
        return drafts.compactMap { draft in
            guard let title = draft.title else { return nil }
            reader.check(
                title, isList ? "a title in a list" : "a title on a button",
                isList ? Menu.rowTitleLimit : Menu.buttonTitleLimit,
                hint: isList ? "say the rest in 'more'" : "say the rest in the text")
            if let rule, Rule.choiceID(rule, draft.id.value).utf16.count > Menu.idLimit {
                reader.error(
                    draft.id.node.range,
                    "the ids of rule and choice have more than \(Menu.idLimit) characters together",
                    hint: "choose a shorter one")
            }
            if let more = draft.more {
                reader.check(more, "the second line of a choice", Menu.moreLimit)
                if !isList {
                    reader.warning(
                        more.node.range, "buttons have one line: this is shown in lists of 4 and more choices alone",
                        hint: "say it in the text", code: "unused-more")
                }
            }
            guard titles.accept(title) else { return nil }
            return Rule.Choice(id: draft.id.value, title: title.value.trimmedTitle, more: draft.more?.value)
        }
    }

    private func opener(_ draft: BubbleDraft) -> String? {
        guard let opener = draft.opener else { return nil }
        reader.check(opener, "the opener of a list", Menu.openerLimit)
        if let choices = draft.choices, choices.count <= Menu.buttonLimit {
            reader.warning(
                opener.node.range, "buttons have nothing to open: a list has 4 and more choices", hint: "remove this",
                code: "unused-open")
        }
        return opener.value
    }

    // MARK: Texts

    private func limit(of draft: BubbleDraft) -> (limit: Int, hint: String) {
        if draft.given.contains("choices") {
            return (Menu.textLimit, "with choices; put the rest into a reply before it")
        }
        if draft.given.contains("link") { return (Menu.textLimit, "with a link; put the rest into a reply before it") }
        if draft.given.contains("caption") {
            return (MediaFile.captionLimit, "under a file; put the rest into a reply behind it")
        }
        return (RuleText.limit, "split it into a list of texts")
    }

    private func checked(_ text: Located<String>, _ limit: (limit: Int, hint: String)) -> RuleText? {
        if text.value.unicodeScalars.allSatisfy(\.properties.isWhitespace) {
            reader.error(text.node.range, "the text is empty", hint: "for deliberate silence write 'ignore: true'")
            return nil
        }
        if text.value.utf16.count > limit.limit {
            reader.error(
                text.node.range,
                "the text has \(text.value.utf16.count) characters, a message takes at most \(limit.limit)",
                hint: limit.hint
            )
        }
        return TextTags.check(text, names: catalog.names, captures: captures, reader)
    }
}

extension String {
    /// The text without white space at its ends, which Meta refuses in titles.
    fileprivate var trimmedTitle: String {
        let scalars = unicodeScalars
        guard let start = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let end = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return self }
        return String(scalars[start...end])
    }
}
