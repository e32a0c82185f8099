import JSONText
import Responder

/// The people whom a change is about. They belong to the change as a whole: a message finds its own by its ids.
struct MetaContacts {
    private var byNumber: [String: JSON] = [:]
    private var byID: [String: JSON] = [:]
    private var only: JSON?

    init(_ contacts: [JSON]) {
        only = contacts.count == 1 ? contacts[0] : nil
        for contact in contacts {
            if let number = contact["wa_id"]?.id { byNumber[number] = contact }
            if let id = contact["user_id"]?.id { byID[id] = contact }
        }
    }

    /// Returns the person who wrote a message; `nil` if the change does not name the person.
    func person(of message: JSON) -> JSON? {
        let (number, id) = (message["from"]?.id, message["from_user_id"]?.id)
        if let known = id.flatMap({ byID[$0] }) ?? number.flatMap({ byNumber[$0] ?? byID[$0] }) { return known }
        return number == nil && id == nil ? only : nil
    }
}

/// One message of a webhook of Meta.
enum MetaMessage {
    /// Returns the JSON that is kept of a message: itself and the person who wrote it.
    static func payload(_ message: JSON, _ person: JSON?) -> String {
        var members: [String: JSON] = ["messages": .array([message])]
        if let person { members["contacts"] = .array([person]) }
        return JSON.object(members).encodedText
    }

    /// Reads a message of a contact.
    static func message(
        _ json: JSON, _ person: JSON?, account: String, at now: Timestamp
    ) throws(WebhookEvent.ParseError) -> Message {
        guard case .object = json else { throw .notAnEvent("it is not a JSON object") }
        guard let unique = json["id"]?.id else { throw .notAnEvent("'id' is missing or no id") }
        let contact = try contact(json, person)
        let content = content(json)
        return Message(
            account: account, unique: unique, contact: contact, type: MessageType(rawValue: content.type),
            body: content.body, caption: content.caption, quoted: quoted(json), choice: content.choice,
            timestamp: timestamp(json["timestamp"], now: now))
    }

    private static func contact(_ json: JSON, _ person: JSON?) throws(WebhookEvent.ParseError) -> Contact {
        let given = [json["from"]?.id, json["from_user_id"]?.id, person?["wa_id"]?.id, person?["user_id"]?.id]
            .compactMap(\.self).map(\.contactAddress)
        // An id may stand where a number is expected.
        let number = given.first(where: \.isAllDigits)
        let id = given.first { !$0.isAllDigits }
        guard let address = number ?? id else { throw .notAnEvent("'from' is missing") }
        return Contact(id: id, number: number, address: address, name: person?["profile"]?["name"]?.text)
    }

    /// The words of a message, and what kind it is.
    private struct Content {
        var type: String
        var body = ""
        var caption: String?
        var choice: String?
    }

    private static func content(_ json: JSON) -> Content {
        let type = json["type"]?.id ?? "unreadable"
        var content = Content(type: type)
        let part = json[type]
        switch type {
        case "text": content.body = part?["body"]?.text ?? ""
        case "image", "video", "audio", "document", "sticker":
            // Meta gives no link that everybody may open, but the id of a file that the token fetches.
            content.body = part?["id"]?.text ?? ""
            content.caption = part?["caption"]?.text
            if type == "audio", part?["voice"]?.claim == true { content.type = "ptt" }
        case "button":
            content.body = part?["text"]?.text ?? ""
            content.choice = part?["payload"]?.id
        case "interactive":
            for (key, shown) in [("button_reply", "button"), ("list_reply", "list")] {
                guard let reply = part?[key], case .object = reply else { continue }
                content.type = shown
                content.body = reply["title"]?.text ?? ""
                content.choice = reply["id"]?.id
            }
        case "location":
            content.body = [part?["latitude"], part?["longitude"]].map { $0?.figure ?? "" }.joined(separator: ",")
        case "reaction": content.body = part?["emoji"]?.text ?? ""
        case "contacts": content.body = part?.first?["phones"]?.first?["phone"]?.text ?? ""
        default: break
        }
        return content
    }

    /// Returns the id of the message that this one quotes; that of what was forwarded is none.
    private static func quoted(_ json: JSON) -> String? { json["context"]?["id"]?.id }

    /// Returns a moment that is written in seconds or, as some have seen, in milliseconds.
    private static func timestamp(_ json: JSON?, now: Timestamp) -> Timestamp {
        guard let figure = json?.integer, figure > 0 else { return now }
        let moment = figure >= 1_000_000_000_000 ? Timestamp(milliseconds: figure) : Timestamp(seconds: figure)
        return moment < now + .minutes(5) ? moment : now
    }

    /// Reads a message of the system about a contact; `nil` if it tells of no other address.
    static func system(_ json: JSON, now: Timestamp) throws(WebhookEvent.ParseError) -> ContactMove? {
        guard let system = json["system"], let type = system["type"]?.id,
            ["user_changed_number", "customer_changed_number", "user_changed_user_id"].contains(type)
        else { return nil }
        let latest = addresses([system["wa_id"]?.id, system["new_wa_id"]?.id, system["user_id"]?.id])
        let from = [json["from"]?.id, json["from_user_id"]?.id].filter { $0 != latest?.id && $0 != latest?.number }
        let former = addresses([system["previous_user_id"]?.id] + from)
        guard let former, let latest, former.address != latest.address else { return nil }
        return ContactMove(from: former, to: latest, at: timestamp(json["timestamp"], now: now))
    }

    private static func addresses(_ given: [String?]) -> Contact? {
        let given = given.compactMap { $0?.contactAddress }
        let (number, id) = (given.first(where: \.isAllDigits), given.first { !$0.isAllDigits })
        return (number ?? id).map { Contact(id: id, number: number, address: $0) }
    }
}

extension JSON {
    /// The value as a figure in decimal places, as it is written.
    fileprivate var figure: String? {
        if case .number(let value) = self { return value.isFinite ? "\(value)" : nil }
        return text
    }
}
