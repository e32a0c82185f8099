import JSONText
import Responder

/// One status of a webhook of Meta: what became of a message that was sent.
struct MetaStatus {
    /// The event.
    let event: WebhookEvent

    /// Reads a status.
    init(_ json: JSON) throws(WebhookEvent.ParseError) {
        guard case .object = json else { throw .notAnEvent("it is not a JSON object") }
        guard let unique = json["id"]?.id else { throw .notAnEvent("'id' is missing or no id") }
        guard json["recipient_type"]?.id != "group" else {
            event = .other(hook: "group-status")
            return
        }
        // Not every status names the contact: one of a failure may not.
        let contact = (json["recipient_id"]?.id ?? json["recipient_user_id"]?.id).map(ReportedContact.init)
        // Every message of ours carries a mark, which comes back in all its statuses.
        let origin =
            json["biz_opaque_callback_data"]?.text.flatMap { AttemptMark($0) }.map(ReportOrigin.attempt) ?? .elsewhere
        func update(_ ack: Int) -> WebhookEvent {
            .update(DeliveryUpdate(unique: unique, contact: contact, ack: ack, origin: origin))
        }
        switch json["status"]?.id {
        case "sent": event = update(1)
        case "delivered": event = update(2)
        case "read", "played": event = update(3)
        case "failed":
            let outcome =
                json["errors"]?.first.flatMap { MetaAnswer.outcome(of: $0) }
                ?? .permanent(Refusal(text: "Meta could not deliver it and gave no reason"))
            event = .failure(DeliveryFailure(unique: unique, contact: contact, outcome: outcome, origin: origin))
        case let word?: event = .other(hook: "status-\(word)")
        case nil: throw .notAnEvent("'status' is missing")
        }
    }
}
