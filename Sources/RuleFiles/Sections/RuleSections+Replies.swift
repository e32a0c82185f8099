import Foundation
import JSONText
import Responder

extension RuleSections {
    static let bubbleKeys = Section<BubbleDraft>(
        "a reply",
        [
            Field("text", Value<String>.string.located, to: \.text, says: "What it says."),
            Field("quote", .boolean, to: \.quote, says: "Whether it quotes the message it answers."),
            Field("choices", choices, to: \.choices, says: "A menu: ids of your choice, each with its title."),
            Field(
                "open", Value<String>.filled.located, to: \.opener,
                says: "The words that open a list of 4 and more choices (Menu, in the language of the text)."),
            Field("image", webLink, to: \.image, says: "A link to a picture: jpg or png, up to 5 MB."),
            Field("video", webLink, to: \.video, says: "A link to a video: mp4 or 3gp, up to 16 MB."),
            Field("audio", webLink, to: \.audio, says: "A link to a recording: ogg, mp3, aac or amr, up to 16 MB."),
            Field("document", document, to: \.document, says: "A link to a document, up to 100 MB; or {link, name}."),
            Field("caption", Value<String>.string.located, to: \.caption, says: "The text under a file."),
            Field("location", location, to: \.location, says: "A place on the map: {lat, lng, name, address}."),
            Field("link", linkButton, to: \.link, says: "A button under the text that opens a page: {title, url}."),
        ])

    private static let documentKeys = Section<DocumentDraft>(
        "a document",
        [
            Field("link", webLink, to: \.link, says: "Where the file is."),
            Field("name", .filled, to: \.name, says: "The name of the file, as the contact sees it."),
        ])

    private static let locationKeys = Section<LocationDraft>(
        "a location",
        [
            Field("lat", degrees(90, "latitude", "32.0853"), to: \.latitude, says: "Degrees, north positive: 32.0853."),
            Field(
                "lng", degrees(180, "longitude", "34.7818"), to: \.longitude, says: "Degrees, east positive: 34.7818."),
            Field("name", .filled, to: \.name, says: "What the place is called."),
            Field("address", .filled, to: \.address, says: "Its address."),
        ])

    private static let linkKeys = Section<LinkButtonDraft>(
        "a link",
        [
            Field("title", Value<String>.filled.located, to: \.title, says: "The words on the button, at most 20."),
            Field("url", webLink, to: \.url, says: "The page that it opens."),
        ])

    private static let choiceKeys = Section<ChoiceDraft>(
        "a choice",
        [
            Field("title", Value<String>.filled.located, to: \.title, says: "What the contact sees."),
            Field("more", Value<String>.filled.located, to: \.more, says: "A second line, shown in lists."),
        ])

    static let replies = Value<[BubbleDraft]>(bubble.oneOrMore.schema) { node, reader in
        if case .sequence(let items) = node.content, items.isEmpty {
            reader.error(node.range, "the reply is empty", hint: "for deliberate silence write 'ignore: true'")
            return nil
        }
        return bubble.oneOrMore.read(node, reader)
    }

    static let alternatives = Value<[BubbleDraft]>(bubble.list.schema) { node, reader in
        if case .sequence(let items) = node.content, items.isEmpty {
            reader.error(node.range, "'one_of' is empty", hint: "list the texts that take turns")
            return nil
        }
        return bubble.list.read(node, reader)
    }

    private static let bubble = Value<BubbleDraft>(.anyOf([.scalar, bubbleKeys.schema()])) { node, reader in
        guard case .mapping(let pairs) = node.content else {
            return Value<String>.string.read(node, reader).map { BubbleDraft(text: Located(value: $0, node: node)) }
        }
        let names = bubbleKeys.fields.map(\.name)
        if !pairs.isEmpty, !node.isBareVariable,
            !pairs.contains(where: { Suggestion.nearest(to: $0.name, among: names) != nil })
        {
            reader.error(
                pairs[0].key.range,
                "unknown key '\(pairs[0].name)' in a reply: put quotes around a text that holds ': '",
                hint: "known are: \(names.joined(separator: ", "))")
            return nil
        }
        var draft = BubbleDraft(range: node.range)
        guard let given = bubbleKeys.read(node, into: &draft, reader) else { return nil }
        draft.given = given
        return draft
    }

    // MARK: Choices

    static let choices = Value<[ChoiceDraft]>(.map(of: .anyOf([.scalar, choiceKeys.schema()]))) {
        node, reader in
        guard !node.isRefused else { return nil }
        guard case .mapping(let pairs) = node.content, !pairs.isEmpty else {
            reader.error(
                node.range, "choices are ids with titles",
                hint: "like 'hours: Opening hours', each on a line of its own")
            return nil
        }
        return reader.distinct(pairs, in: "choices").compactMap { pair in
            guard let id = choiceName.read(pair.key, reader) else { return nil }
            var draft = ChoiceDraft(id: id)
            if case .mapping = pair.value.content {
                if let given = choiceKeys.read(pair.value, into: &draft, reader), !given.contains("title") {
                    reader.error(pair.value.range, "a choice needs a 'title'", hint: "what the contact sees")
                }
            } else {
                draft.title = Value<String>.filled.located.read(pair.value, reader)
            }
            return draft
        }
    }

    private static let choiceName = Value<String>.filled.map { text, node, reader -> Located<String>? in
        let isShort = text.unicodeScalars.count <= 50
        if isShort, text.unicodeScalars.allSatisfy({ !$0.properties.isWhitespace && $0 != "." }) {
            return Located(value: text, node: node)
        }
        reader.error(
            node.range, "the id of a choice has 1 to 50 characters, without spaces and full stops",
            hint: "like hours or order-status; what the contact sees stands behind it")
        return nil
    }

    // MARK: Files, places, links

    private static let document = Value<DocumentDraft>(
        .anyOf([webLink.schema, documentKeys.schema(required: ["link"])])
    ) { node, reader in
        guard case .mapping = node.content else { return webLink.read(node, reader).map { DocumentDraft(link: $0) } }
        var draft = DocumentDraft()
        guard let given = documentKeys.read(node, into: &draft, reader) else { return nil }
        if !given.contains("link") {
            reader.error(node.range, "a document needs a 'link'", hint: "like {link: https://…, name: prices.pdf}")
        }
        return draft
    }

    private static let location = Value<LocationDraft>(locationKeys.schema(required: ["lat", "lng"])) { node, reader in
        var draft = LocationDraft()
        guard let given = locationKeys.read(node, into: &draft, reader) else { return nil }
        if !given.isSuperset(of: ["lat", "lng"]) {
            reader.error(
                node.range, "a location needs 'lat' and 'lng'", hint: "the two figures that maps give: 32.0853, 34.7818"
            )
        }
        return draft
    }

    private static func degrees(_ most: Double, _ name: String, _ example: String) -> Value<String> {
        Value<String>.filled.map { text, node, reader -> String? in
            let isPlain = text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2D }
            guard isPlain, text.utf8.count <= 24, let value = Double(text), abs(value) <= most else {
                reader.error(
                    node.range, "'\(node.shown.shortened(toUTF16: 40))' is no \(name)",
                    hint: LookAlike.hint(in: text) ?? "degrees from -\(Int(most)) to \(Int(most)), like \(example)")
                return nil
            }
            return text
        }
    }

    private static let linkButton = Value<LinkButtonDraft>(linkKeys.schema(required: ["title", "url"])) {
        node, reader in
        var draft = LinkButtonDraft()
        guard let given = linkKeys.read(node, into: &draft, reader) else { return nil }
        if !given.isSuperset(of: ["title", "url"]) {
            reader.error(
                node.range, "a link needs 'title' and 'url'", hint: "like {title: Our site, url: https://…}")
        }
        return draft
    }

    // MARK: Reactions

    /// One emoji.
    static let emoji = Value<String>.filled.map { text, node, reader -> Located<String>? in
        guard let emoji = Emoji(text) else {
            reader.error(
                node.range, "'\(node.shown.shortened(toUTF16: 40))' is not one emoji",
                hint: "a reaction is a single one, like 👍")
            return nil
        }
        return Located(value: emoji.text, node: node)
    }
}

/// A text that is one emoji.
private struct Emoji {
    /// The emoji, as phones show it in colours.
    var text: String

    init?(_ text: String) {
        // The longest in use, families and flags of regions, have ten scalars.
        guard text.unicodeScalars.count <= 16, text.count == 1, let first = text.unicodeScalars.first,
            first.properties.isEmoji
        else { return nil }
        let isColoured = text.unicodeScalars.contains {
            $0.properties.isEmojiPresentation || $0 == "\u{FE0F}" || $0 == "\u{20E3}"
        }
        // A digit or `#` is an emoji in Unicode's tables, but not by itself.
        guard isColoured || !first.isASCII else { return nil }
        self.text = isColoured ? text : text + "\u{FE0F}"
    }
}
