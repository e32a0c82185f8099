import Foundation
import JSONText
import Responder

extension RuleSections {
    /// The keys for actions beside the answer, and for their time.
    static let actionKeys: [Field<RuleDraft>] = [
        Field(
            "set", state, to: \.set, says: "State of this conversation, by names; 'expires: 30m' among them ends it."),
        Field("unset", names.oneOrMore, to: \.unset, says: "State to forget."),
        Field("tag", names.oneOrMore, to: \.tag, says: "Tags to give to this contact."),
        Field("untag", names.oneOrMore, to: \.untag, says: "Tags to take away."),
        Field("handoff", handoff, to: \.handoff, says: "A person takes over: the bot is quiet here for so long."),
        Field("opt_out", Value<Bool>.boolean.located, to: \.optOut, says: "true: never write to this contact again."),
        Field("opt_in", Value<Bool>.boolean.located, to: \.optIn, says: "true: takes an opt_out back."),
        Field("forward", forward, to: \.forward, says: "Posts the message and the decision as JSON to this link."),
        Field(
            "delay", Value<Duration>.duration.located, to: \.delay, says: "Sent no sooner than this after the message."),
        Field(
            "at_open", Value<String>.filled.located, to: \.atOpen, says: "Sent when these hours next begin."),
        Field("cooldown", cooldown, to: \.cooldown, says: "Answers one contact at most once in so long."),
    ]

    private static let handoffKeys = Section<HandoffDraft>(
        "a handoff",
        [
            Field("pause", length, to: \.pause, says: "For how long the bot is quiet."),
            Field("notify", link, to: \.notify, says: "A link that is told, by POST, in JSON."),
        ])

    private static let cooldownKeys = Section<CooldownDraft>(
        "a cooldown",
        [
            Field("for", length, to: \.length, says: "How long it lasts."),
            Field("times", .integer(in: 1...Memory.answersKept), to: \.times, says: "How many answers it allows (1)."),
            Field("group", .filled, to: \.group, says: "Rules of one group count together."),
            Field(
                "then", .oneOf("something to do while a cooldown lasts"), to: \.then,
                says: "next: later rules are tried (as usual); silent: none is."),
        ])

    private static let forwardKeys = Section<ForwardDraft>(
        "a forward", [Field("url", link, to: \.link, says: "Where to post.")])

    private struct ForwardDraft {
        var link: String?
    }

    /// A name of a state or a tag, in Latin letters, digits and `_`, because texts may use it.
    static let names = Value<String>.filled.map { text, node, reader -> Located<String>? in
        if isName(text) { return Located(value: text, node: node) }
        let likely = text.replacing(" ", with: "_").replacing("-", with: "_")
        reader.error(
            node.range, "'\(text)' is no name: a name has Latin letters, digits and _ only",
            hint: isName(likely) ? "did you mean '\(likely)'?" : "like shop or order_number")
        return nil
    }

    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.count <= 64
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    /// A time span longer than zero.
    static let length = Value<Duration>.duration.map { duration, node, reader -> Duration? in
        if duration > .zero { return duration }
        reader.error(node.range, "a time span of nothing", hint: "write it like 30m, 12h or 7d, or remove this")
        return nil
    }

    private static let state = Value<SettingsDraft>(.map(of: .scalar)) { node, reader in
        guard case .mapping(let pairs) = node.content, !pairs.isEmpty else {
            reader.error(node.range, "'set' is made of names with values", hint: "like 'set: {topic: order}'")
            return nil
        }
        if pairs.count == 1, pairs[0].name == "expires" {
            reader.error(node.range, "'expires' alone sets nothing", hint: "like 'set: {topic: order, expires: 30m}'")
            return nil
        }
        var draft = SettingsDraft()
        for pair in reader.distinct(pairs, in: "set") {
            if pair.name == "expires" {
                draft.expires = length.read(pair.value, reader)
            } else if let name = names.read(pair.key, reader), let text = Value<String>.string.read(pair.value, reader)
            {
                draft.settings.append((name, Located(value: text, node: pair.value)))
            }
        }
        return draft
    }

    private static let handoff = Value<HandoffDraft>(handoffKeys.schema(required: ["pause"])) { node, reader in
        if case .scalar = node.content, !node.isEmpty, !node.isRefused {
            reader.error(
                node.range, "a handoff is made of keys with values, not a text", hint: "like 'handoff: {pause: 4h}'")
            return nil
        }
        var draft = HandoffDraft()
        guard let given = handoffKeys.read(node, into: &draft, reader) else { return nil }
        if !given.contains("pause") {
            reader.error(node.range, "a handoff needs a 'pause'", hint: "how long the bot is quiet: {pause: 4h}")
        }
        return draft
    }

    private static let forward = Value<String>(.anyOf([link.schema, forwardKeys.schema(required: ["url"])])) {
        node, reader in
        guard case .mapping(let pairs) = node.content else { return link.read(node, reader) }
        var draft = ForwardDraft()
        forwardKeys.read(node, into: &draft, reader)
        if pairs.isEmpty { reader.error(node.range, "a forward needs a 'url'", hint: "like {url: https://…}") }
        return draft.link
    }

    private static let cooldown = Value<CooldownDraft>(.anyOf([length.schema, cooldownKeys.schema(required: ["for"])]))
    {
        node, reader in
        guard case .mapping = node.content else { return length.read(node, reader).map { CooldownDraft(length: $0) } }
        var draft = CooldownDraft()
        guard let given = cooldownKeys.read(node, into: &draft, reader) else { return nil }
        if !given.contains("for") { reader.error(node.range, "a cooldown needs a 'for'", hint: "like {for: 12h}") }
        return draft
    }
}
