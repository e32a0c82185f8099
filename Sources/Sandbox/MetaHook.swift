import JSONText
import Providers
import Responder

/// The webhooks of Meta.
enum MetaHook {
    /// Returns a webhook about a line, with messages, statuses, or both.
    static func body(
        of account: SandboxAccount, messages: [JSON] = [], contacts: [JSON] = [], statuses: [JSON] = []
    ) -> [String: JSON] {
        var value: [String: JSON] = [
            "messaging_product": "whatsapp",
            "metadata": .object([
                "display_phone_number": .string(account.number),
                "phone_number_id": .string(account.meta?.phoneNumberID ?? ""),
            ]),
        ]
        if !contacts.isEmpty { value["contacts"] = .array(contacts) }
        if !messages.isEmpty { value["messages"] = .array(messages) }
        if !statuses.isEmpty { value["statuses"] = .array(statuses) }
        let change = JSON.object(["field": "messages", "value": .object(value)])
        return [
            "object": "whatsapp_business_account",
            "entry": .array([.object(["id": "1", "changes": .array([change])])]),
        ]
    }

    /// Returns the status of a message that was sent.
    static func status(_ word: String, of record: ReceivedSend, failure code: Int? = nil, at now: Timestamp) -> JSON {
        var status: [String: JSON] = [
            "id": .string(record.unique ?? ""), "status": .string(word),
            "timestamp": .string(String(now.milliseconds / 1000)),
        ]
        let isNumber = record.to.allSatisfy { $0.isASCII && $0.isNumber }
        status[isNumber ? "recipient_id" : "recipient_user_id"] = .string(record.to)
        status["biz_opaque_callback_data"] = record.mark.map(JSON.string)
        if let code {
            status["errors"] = .array([.object(["code": .count(code), "title": "planned by the sandbox"])])
        } else {
            status["pricing"] = .object([
                "billable": .bool(record.kind == "template"), "pricing_model": "PMP",
                "category": record.kind == "template" ? "utility" : "service",
            ])
        }
        return .object(status)
    }
}

extension SandboxMessage {
    /// The contact, as a change of Meta names it.
    var metaContact: JSON {
        var contact: [String: JSON] = ["profile": .object(["name": .string(name)])]
        contact["wa_id"] = number.map(JSON.string)
        contact["user_id"] = id.map(JSON.string)
        return .object(contact)
    }

    /// The message, as a change of Meta holds it.
    var metaMessage: JSON {
        var message: [String: JSON] = [
            "id": .string(unique), "timestamp": .string(String(sentAt.milliseconds / 1000)),
        ]
        message["from"] = number.map(JSON.string)
        message["from_user_id"] = id.map(JSON.string)
        if let quoted { message["context"] = .object(["id": .string(quoted)]) }
        let (kind, part) = content
        message["type"] = .string(kind)
        message[kind] = part
        return .object(message)
    }

    private var content: (String, JSON) {
        switch type {
        case "text": return ("text", .object(["body": .string(text)]))
        case "button", "list":
            let reply = JSON.object(["id": .string(choice ?? ""), "title": .string(text)])
            guard choice != nil else { return ("button", .object(["text": .string(text), "payload": .string(text)])) }
            return ("interactive", .object(["type": .string("\(type)_reply"), "\(type)_reply": reply]))
        case "ptt": return ("audio", .object(["id": "1", "voice": .bool(true)]))
        case "location":
            let parts = text.split(separator: ",").map { JSON.number(Double($0) ?? 0) }
            return (
                "location", .object(["latitude": parts.first ?? .integer(0), "longitude": parts.last ?? .integer(0)])
            )
        case "reaction":
            return ("reaction", .object(["emoji": .string(text), "message_id": .string(quoted ?? "")]))
        default:
            var part: [String: JSON] = ["id": "1", "mime_type": "application/octet-stream"]
            part["caption"] = caption.map(JSON.string)
            return (type, .object(part))
        }
    }
}
