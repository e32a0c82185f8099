import Foundation
import JSONText
import Providers
import Responder

/// A message of a pretended contact, for example `{"account": "9727…", "from": "9725…", "text": "hello"}`.
struct SandboxMessage {
    var account: String
    var address: String
    var unique: String
    var sentAt: Timestamp
    var type: String
    var text: String
    var caption: String?
    var name: String
    /// The number of the contact; `nil` if the contact hides it.
    var number: String?
    /// The provider's id of the contact; `nil` if it is not given.
    var id: String?
    /// The id of the choice that the contact takes.
    var choice: String?
    /// The id of the message that it quotes.
    var quoted: String?
    /// The body of a reseller's webhook.
    var hook: [String: JSON]

    /// Reads `account`, `from` and, all optional, `text`, `type`, `caption`, `name`, `from_id`, `unique`, `quote`, `choice`,
    /// `timestamp` (seconds) or `ago` (a time span, for example `25h`). `from_id` may replace `from`. Returns `nil` if
    /// the account or the contact is missing, or `ago` is no time span.
    init?(_ json: JSON, now: Timestamp = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))) {
        guard let account = json["account"]?.text, let written = json["from"]?.text ?? json["from_id"]?.text else {
            return nil
        }
        // WhatsApp knows numbers with their country alone.
        let address = WrittenNumber(written)?.whole(at: account) ?? written
        let span = json["ago"]?.text ?? ""
        guard let ago = span.isEmpty || span == "now" ? .zero : Duration(parsing: span) else { return nil }
        self.account = account
        self.address = address
        unique = json["unique"]?.text ?? SandboxProvider.newUnique()
        type = json["type"]?.text ?? "text"
        text = json["text"]?.text ?? ""
        caption = json["caption"]?.text
        name = json["name"]?.text ?? ""
        id = json["from_id"]?.text
        choice = json["choice"]?.text
        quoted = json["quote"]?.text
        sentAt = json["timestamp"]?.integer.map(Timestamp.init(seconds:)) ?? (now - ago)
        let isNumber = address.allSatisfy { $0.isASCII && $0.isNumber }
        number = isNumber ? address : nil
        if !isNumber { id = id ?? address }
        hook = [
            "status": "OK", "hook": "new", "unique": .string(unique), "from": .string(address),
            "from_id": json["from_id"] ?? .null, "username": .null, "country": "IL",
            "phone": isNumber ? .string(address) : .null, "to": .string(account),
            "senderName": .string(json["name"]?.text ?? ""), "type": .string(json["type"]?.text ?? "text"),
            "body": .string(json["text"]?.text ?? ""), "caption": json["caption"] ?? .null, "isForwarded": .bool(false),
            "timestamp": .string(String(sentAt.milliseconds / 1000)), "media": .bool(false),
            "quote": .bool(false), "quoteUnique": json["quote"] ?? .bool(false), "conversationTimeLeft": "600",
        ]
    }
}
