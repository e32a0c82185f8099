import JSONText
import Responder

/// Meta's Cloud API, by Meta's OpenAPI description of it and its documentation.
struct Meta: Dialect {
    var defaultBaseURL: String { "https://graph.facebook.com" }
    var abilities: LineAbilities { LineAbilities() }
    var webhookProof: WebhookProof {
        .signature(
            SignedWebhooks(secretKey: "app_secret", verifyKey: "verify_token", lineKey: "phone_number_id"))
    }
    // Meta's largest batches.
    var webhookLimit: Int { 3 << 20 }

    /// The version of the Graph API that is called unless the configuration names another.
    static let version = "v26.0"

    var keys: [AccountKey] {
        let digits = "0123456789"
        return [
            AccountKey(
                "phone_number_id", .text(signs: digits, likeness: "112233445566"),
                hint: "the id of the number, in digits: in Meta's App Dashboard under WhatsApp, API Setup"),
            AccountKey(
                "app_secret", .secrets,
                hint: "the secret of the app: in Meta's App Dashboard under App settings, Basic"),
            AccountKey(
                "verify_token", .secrets,
                hint: "a word of your choice, the same as in Meta's App Dashboard under WhatsApp, Configuration"),
            AccountKey(
                "graph_version", .text(signs: "v.\(digits)", likeness: Self.version), isRequired: false,
                hint: "the version of the Graph API, like \(Self.version)"),
            AccountKey(
                "waba_id", .text(signs: digits, likeness: "998877665544"), isRequired: false,
                hint: "the id of the WhatsApp Business Account, for the checks of templates: beside phone_number_id"),
        ]
    }

    func request(
        _ message: ProviderMessage, from account: ProviderAccount, to address: String, mark: AttemptMark?
    ) -> SendRequest {
        var body = Self.content(of: message)
        body["messaging_product"] = "whatsapp"
        body["recipient_type"] = "individual"
        // An id in `to` gets a 200 and is never delivered.
        body[address.isAllDigits ? "to" : "recipient"] = .string(address)
        if let quoted = message.quoted { body["context"] = .object(["message_id": .string(quoted)]) }
        if let mark { body["biz_opaque_callback_data"] = .string(mark.text) }
        let call: SendRequest.Call = if case .reaction = message { .reaction } else { .message }
        return SendRequest(
            call, of: account.provider, url: Self.messagesURL(of: account), headers: account.bearer, body: body)
    }

    var marksRead: Bool { true }

    func request(markingAsRead message: Message, isTyping: Bool, from account: ProviderAccount) -> SendRequest? {
        var body: [String: JSON] = [
            "messaging_product": "whatsapp", "status": "read", "message_id": .string(message.unique),
        ]
        if isTyping { body["typing_indicator"] = .object(["type": "text"]) }
        return SendRequest(
            .other, of: account.provider, url: Self.messagesURL(of: account), headers: account.bearer, body: body)
    }

    var reasons: Set<Int> { MetaCode.all }

    func outcome(of answer: SendAnswer, to call: SendRequest.Call) -> AttemptOutcome { MetaAnswer(answer).outcome }

    func read(
        webhook body: [UInt8], of lines: WebhookLines, at now: Timestamp
    ) throws(WebhookEvent.ParseError) -> WebhookContent {
        try MetaWebhook.read(body, of: lines, at: now)
    }

    static func messagesURL(of account: ProviderAccount) -> String {
        "\(graphURL(of: account))/\(account.settings["phone_number_id"] ?? "")/messages"
    }

    /// Returns the base of all calls, with the version.
    static func graphURL(of account: ProviderAccount) -> String {
        "\(account.baseURL)/\(account.settings["graph_version"] ?? version)"
    }
}

extension Meta {
    /// Returns the members of a message's body that depend on its content.
    private static func content(of message: ProviderMessage) -> [String: JSON] {
        func typed(_ type: String, _ content: [String: JSON]) -> [String: JSON] {
            ["type": .string(type), type: .object(content)]
        }
        switch message {
        case .text(let text, _): return typed("text", ["body": .string(text), "preview_url": .bool(false)])
        case .rich(.menu(let menu), _): return typed("interactive", menu.interactive)
        case .rich(.link(let link), _): return typed("interactive", link.interactive)
        case .rich(.file(let file), _): return typed(file.kind.rawValue, file.members)
        case .rich(.location(let location), _):
            var members: [String: JSON] = [
                "latitude": .string(location.latitude), "longitude": .string(location.longitude),
            ]
            members["name"] = location.name.map(JSON.string)
            members["address"] = location.address.map(JSON.string)
            return typed("location", members)
        case .reaction(let emoji, let unique):
            return typed("reaction", ["message_id": .string(unique), "emoji": .string(emoji)])
        case .template(let template): return typed("template", template.components)
        }
    }
}

extension Menu {
    fileprivate var interactive: [String: JSON] {
        let action: JSON
        if isList {
            let rows = choices.map { choice in
                var row: [String: JSON] = ["id": .string(choice.id), "title": .string(choice.title)]
                row["description"] = choice.more.map(JSON.string)
                return JSON.object(row)
            }
            action = .object([
                "button": .string(opener), "sections": .array([.object(["rows": .array(rows)])]),
            ])
        } else {
            let buttons = choices.map { choice in
                JSON.object([
                    "type": "reply",
                    "reply": .object(["id": .string(choice.id), "title": .string(choice.title)]),
                ])
            }
            action = .object(["buttons": .array(buttons)])
        }
        return [
            "type": isList ? "list" : "button", "body": .object(["text": .string(text)]), "action": action,
        ]
    }
}

extension LinkButton {
    fileprivate var interactive: [String: JSON] {
        [
            "type": "cta_url", "body": .object(["text": .string(text)]),
            "action": .object([
                "name": "cta_url",
                "parameters": .object(["display_text": .string(title), "url": .string(url)]),
            ]),
        ]
    }
}

extension MediaFile {
    fileprivate var members: [String: JSON] {
        var members: [String: JSON] = ["link": .string(link)]
        if !caption.isEmpty { members["caption"] = .string(caption) }
        if kind == .document { members["filename"] = name.map(JSON.string) }
        return members
    }
}

extension RenderedTemplate {
    fileprivate var components: [String: JSON] {
        var components: [JSON] = []
        if let header {
            let parameter: JSON = .object([
                "type": .string(header.kind.rawValue),
                header.kind.rawValue: .object(["link": .string(header.link)]),
            ])
            components.append(.object(["type": "header", "parameters": .array([parameter])]))
        }
        if !variables.isEmpty {
            let parameters = variables.prefix(10).enumerated().map { place, text in
                var parameter: [String: JSON] = ["type": "text", "text": .string(text)]
                if names.indices.contains(place) { parameter["parameter_name"] = .string(names[place]) }
                return JSON.object(parameter)
            }
            components.append(.object(["type": "body", "parameters": .array(parameters)]))
        }
        func button(_ type: String, _ index: Int, _ parameter: [String: JSON]) {
            components.append(
                .object([
                    "type": "button", "sub_type": .string(type), "index": .string(String(index)),
                    "parameters": .array([.object(parameter)]),
                ]))
        }
        for (index, payload) in payloads.enumerated() {
            button("quick_reply", index, ["type": "payload", "payload": .string(payload)])
        }
        for link in buttons { button("url", link.index, ["type": "text", "text": .string(link.value)]) }
        if let coupon {
            // The button that copies a code comes behind all others.
            let last = (buttons.map(\.index) + payloads.indices).max().map { $0 + 1 } ?? 0
            button("copy_code", last, ["type": "coupon_code", "coupon_code": .string(coupon)])
        }
        var members: [String: JSON] = [
            "name": .string(name),
            "language": .object(["code": .string(language.rawValue), "policy": "deterministic"]),
        ]
        if !components.isEmpty { members["components"] = .array(components) }
        return members
    }
}
