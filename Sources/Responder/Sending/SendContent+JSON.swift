/// Decoding from the JSON of the outbox: `{"text": {"_0", "replyTo"}}`, `{"template": {"_0"}}`, `{"post": {"link",
/// "json"}}`, `{"menu": {…}}` and so on. The names of the first three are those with which the first databases were
/// written.
extension SendContent: Decodable {
    private enum Key: String, CodingKey {
        case text, template, post, menu, file, location, link, reaction
    }

    /// The keys of the members of all contents.
    private enum Member: String, CodingKey {
        case first = "_0"
        case text, replyTo, link, json, choices, opener, kind, caption, name, latitude, longitude, address, title, url
        case emoji, to
    }

    /// Reads JSON.
    ///
    /// - Throws: `DecodingError` if the JSON holds no content that can be sent.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard let key = container.allKeys.first else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "nothing that can be sent"))
        }
        let members = try container.nestedContainer(keyedBy: Member.self, forKey: key)
        func text(_ member: Member) throws -> String { try members.decode(String.self, forKey: member) }
        func textOrNil(_ member: Member) throws -> String? { try members.decodeIfPresent(String.self, forKey: member) }
        func rich(_ content: RichContent) throws -> SendContent {
            .message(.rich(content, replyTo: try textOrNil(.replyTo)))
        }
        switch key {
        case .text: self = .message(.text(try text(.first), replyTo: try textOrNil(.replyTo)))
        case .template: self = .message(.template(try members.decode(RenderedTemplate.self, forKey: .first)))
        case .post: self = .post(link: try text(.link), json: try text(.json))
        case .menu:
            self = try rich(
                .menu(
                    Menu(
                        text: text(.text), choices: members.decode([Menu.Choice].self, forKey: .choices),
                        opener: text(.opener))))
        case .file:
            let kind = try members.decode(MediaFile.Kind.self, forKey: .kind)
            self = try rich(
                .file(
                    MediaFile(
                        kind: kind, link: text(.link), caption: textOrNil(.caption) ?? "", name: textOrNil(.name))))
        case .location:
            self = try rich(
                .location(
                    Location(
                        latitude: text(.latitude), longitude: text(.longitude), name: textOrNil(.name),
                        address: textOrNil(.address))))
        case .link: self = try rich(.link(LinkButton(text: text(.text), title: text(.title), url: text(.url))))
        case .reaction: self = .message(.reaction(try text(.emoji), to: try text(.to)))
        }
    }
}
