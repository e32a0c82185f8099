import JSONText
public import Responder

extension WebhookEvent {
    /// The reason why a request body is no event.
    public enum ParseError: Error, Hashable, CustomStringConvertible {
        /// The body is not JSON.
        case notJSON
        /// The body is JSON, but no event; the text says why.
        case notAnEvent(String)

        /// The reason as a sentence.
        public var description: String {
            switch self {
            case .notJSON: "the body is not JSON"
            case .notAnEvent(let why): "the body is not an event: \(why)"
            }
        }
    }

    /// Reads the body of a webhook.
    ///
    /// - Parameters:
    ///   - body: The body, JSON in UTF-8.
    ///   - account: The number of the account whose webhook it came by.
    ///   - now: The moment of arrival: it stands in for a timestamp that is missing, unreadable or over five minutes
    ///     ahead.
    /// - Throws: ``ParseError`` if the body is no event, or is for another account.
    public init(parsing body: some Collection<UInt8>, account: String, at now: Timestamp) throws(ParseError) {
        guard let json = JSON(parsing: body) else { throw .notJSON }
        guard case .object = json else { throw .notAnEvent("it is not a JSON object") }
        guard let hook = json["hook"], hook.text != nil else { throw .notAnEvent("'hook' is missing") }
        switch hook.id {
        case "new":
            try Self.check(json["to"], is: account)
            self = .message(try Self.message(json, account: account, now: now))
        case "update":
            guard let ack = json["ack"]?.integer else { throw .notAnEvent("'ack' is missing") }
            let update = DeliveryUpdate(
                unique: try Self.id(json, "unique"), contact: (json["from"]?.id).map(ReportedContact.init),
                ack: Int(clamping: ack)
            )
            self = .update(update)
        case "system" where json["type"]?.id == "messages" && json["messageUpdate"] != nil:
            guard let reason = json["messageUpdate"]?.integer else { throw .notAnEvent("'messageUpdate' is no number") }
            let unique = try Self.id(json, "unique")
            let contact = (json["messageTo"]?.id).map(ReportedContact.init)
            // Reason 1 means that all is well, as in an answer.
            self =
                reason == 1
                ? .update(DeliveryUpdate(unique: unique, contact: contact, ack: 1))
                : .failure(
                    DeliveryFailure(
                        unique: unique, contact: contact,
                        outcome: ReasonTable.messages.outcome(reason: Int(clamping: reason))))
        default:
            self = .other(hook: hook.id ?? "unreadable")
        }
    }

    private static func message(_ json: JSON, account: String, now: Timestamp) throws(ParseError) -> Message {
        let given = [json["from"], json["from_id"]].compactMap(\.self).filter { $0.text?.isEmpty == false }
        guard let first = given.first else { throw .notAnEvent("'from' is missing") }
        guard let address = first.id?.contactAddress, given.allSatisfy({ $0.id != nil }) else {
            throw .notAnEvent("'from' is no address")
        }
        let numbers = [json["phone"]?.id?.contactAddress, address].compactMap(\.self).filter(\.isAllDigits)
        // With its country rather than without.
        let number = numbers.first { !$0.hasPrefix("0") } ?? numbers.first
        // An id that is nothing but the number tells nothing more.
        let named = json["from_id"]?.id.flatMap { id in
            let digits = id.contactAddress
            return digits.isAllDigits && (digits != id || numbers.contains(digits)) ? nil : id
        }
        // A contact who hides the number is addressed by the id.
        let id = named ?? (address.isAllDigits ? nil : address)
        return Message(
            account: account,
            unique: try self.id(json, "unique"),
            contact: Contact(
                id: id, number: number, address: address,
                name: json["senderName"]?.text.flatMap { $0.isEmpty ? nil : $0 }),
            type: MessageType(rawValue: json["type"].map { $0.id ?? "unreadable" } ?? "text"),
            body: json["body"]?.text ?? "",
            caption: json["caption"]?.text,
            quoted: json["quoteUnique"]?.id,
            timestamp: timestamp(json["timestamp"], now: now)
        )
    }

    private static func timestamp(_ json: JSON?, now: Timestamp) -> Timestamp {
        guard let seconds = json?.integer, seconds > 0, seconds < now.milliseconds / 1000 + 300 else { return now }
        return Timestamp(seconds: seconds)
    }

    private static func id(_ json: JSON, _ key: String) throws(ParseError) -> String {
        guard let given = json[key], given.text?.isEmpty == false else { throw .notAnEvent("'\(key)' is missing") }
        guard let id = given.id else { throw .notAnEvent("'\(key)' is no id") }
        return id
    }

    /// Checks that an event is for `account`: a webhook that is wired to the wrong account must not be answered from
    /// it.
    private static func check(_ to: JSON?, is account: String) throws(ParseError) {
        guard let to, to.text != nil, to.id?.contactAddress != account else { return }
        throw .notAnEvent("it is for another account ('to')")
    }
}
