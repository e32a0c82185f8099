import JSONText
import Responder

/// A webhook of Meta: up to a thousand messages, statuses and other changes, for several lines.
///
/// Each event stands by itself: what can't be read is kept as it came, because Meta delivers a webhook that is refused as a
/// whole again, for seven days.
struct MetaWebhook {
    private let lines: WebhookLines
    private let now: Timestamp
    /// Messages, and the news that contacts have other addresses.
    private var messages: [(sentAt: Timestamp, item: WebhookContent.Item)] = []
    private var others: [WebhookContent.Item] = []
    private var complaints: [String] = []
    /// What can't be read, by account: one hook for all of it.
    private var unreadable: [String: [JSON]] = [:]

    /// Reads the body of a webhook.
    ///
    /// - Throws: `WebhookEvent.ParseError` if it is not JSON, or none of Meta's.
    static func read(
        _ body: [UInt8], of lines: WebhookLines, at now: Timestamp
    ) throws(WebhookEvent.ParseError) -> WebhookContent {
        guard let json = JSON(parsing: body) else { throw .notJSON }
        guard case .object = json else { throw .notAnEvent("it is not a JSON object") }
        guard case .array(let entries)? = json["entry"] else { throw .notAnEvent("'entry' is missing") }
        var webhook = MetaWebhook(lines: lines, now: now)
        for entry in entries {
            guard case .array(let changes)? = entry["changes"] else {
                webhook.keep(entry, of: lines.home)
                continue
            }
            for change in changes { webhook.read(change) }
        }
        return webhook.content
    }

    private init(lines: WebhookLines, now: Timestamp) {
        self.lines = lines
        self.now = now
    }

    /// Messages come first, in the order in which they were sent, with the news of other addresses among them: a report on
    /// an answer may come with the message that it answers.
    private var content: WebhookContent {
        let ordered = messages.enumerated().sorted {
            ($0.element.sentAt, $0.offset) < ($1.element.sentAt, $1.offset)
        }
        let kept = unreadable.sorted { $0.key < $1.key }.map { account, parts in
            WebhookContent.Item(
                account: account, event: .other(hook: "unreadable"), payload: JSON.array(parts).encodedText)
        }
        return WebhookContent(items: ordered.map(\.element.item) + others + kept, complaints: complaints)
    }

    private mutating func keep(_ part: JSON, of account: String, _ why: String? = nil) {
        unreadable[account, default: []].append(part)
        complain("a part of it is no event\(why.map { ": \($0)" } ?? ""), and is kept as it came")
    }

    private mutating func complain(_ text: String) {
        // A webhook may hold a hundred thousand mistakes.
        guard complaints.count < 3, !complaints.contains(text) else { return }
        complaints.append(text)
    }

    // MARK: One change

    private mutating func read(_ change: JSON) {
        let field = change["field"]?.id
        guard let value = change["value"], case .object = value, let field else {
            return keep(change, of: lines.home)
        }
        let line = value["metadata"]?["phone_number_id"]?.id
        let account = line.flatMap { lines.accounts[$0] }
        if let line, account == nil {
            complain("it is for phone_number_id \(line), which no account here has; it is kept as it came")
            others.append(.init(account: lines.home, event: .other(hook: "unknown-line"), payload: change.encodedText))
            return
        }
        switch field {
        case "messages":
            guard let account else { return keep(change, of: lines.home, "'phone_number_id' is missing") }
            readMessages(value, of: account)
        case "smb_message_echoes":
            guard let account else { return keep(change, of: lines.home, "'phone_number_id' is missing") }
            readEchoes(value, of: account)
        default:
            // A copy of what another app answers, and whatever Meta adds.
            others.append(
                .init(account: account ?? lines.home, event: .other(hook: field), payload: change.encodedText))
        }
    }

    private mutating func readMessages(_ value: JSON, of account: String) {
        let (messages, statuses) = (value["messages"]?.list, value["statuses"]?.list)
        let people = MetaContacts(value["contacts"]?.list ?? [])
        for message in messages ?? [] {
            do {
                try read(message, people, of: account)
            } catch {
                keep(message, of: account, error.why)
            }
        }
        for status in statuses ?? [] {
            do {
                try read(status: status, of: account)
            } catch {
                keep(status, of: account, error.why)
            }
        }
        for key in ["messages", "statuses"] where value[key].map({ !$0.isNothing && $0.list == nil }) ?? false {
            keep(.object([key: value[key] ?? .null]), of: account, "'\(key)' is no list")
        }
        if messages == nil, statuses == nil {
            // Trouble of the account or the app.
            others.append(.init(account: account, event: .other(hook: "errors"), payload: value.encodedText))
        }
    }

    private mutating func read(
        _ message: JSON, _ people: MetaContacts, of account: String
    ) throws(WebhookEvent.ParseError) {
        let person = people.person(of: message)
        let payload = MetaMessage.payload(message, person)
        if message["group_id"]?.isNothing == false {
            return others.append(.init(account: account, event: .other(hook: "group"), payload: payload))
        }
        if message["type"]?.id == "system" {
            guard let move = try MetaMessage.system(message, now: now) else {
                return others.append(.init(account: account, event: .other(hook: "system"), payload: payload))
            }
            return messages.append((move.movedAt, .init(account: account, event: .move(move), payload: payload)))
        }
        let read = try MetaMessage.message(message, person, account: account, at: now)
        messages.append((read.timestamp, .init(account: account, event: .message(read), payload: payload)))
    }

    private mutating func read(status: JSON, of account: String) throws(WebhookEvent.ParseError) {
        let event = try MetaStatus(status).event
        others.append(.init(account: account, event: event, payload: status.encodedText))
    }

    /// Reads what a person has written in WhatsApp's own app on the phone.
    private mutating func readEchoes(_ value: JSON, of account: String) {
        guard let echoes = value["message_echoes"]?.list else {
            return keep(value, of: account, "'message_echoes' is no list")
        }
        for echo in echoes {
            guard let unique = echo["id"]?.id, let to = (echo["to"]?.id ?? echo["to_user_id"]?.id) else {
                keep(echo, of: account)
                continue
            }
            let update = DeliveryUpdate(
                unique: unique, contact: ReportedContact(to), ack: 1, origin: .elsewhere)
            others.append(.init(account: account, event: .update(update), payload: ""))
        }
    }
}

extension JSON {
    /// The first value of a list.
    var first: JSON? { list?.first }
}

extension WebhookEvent.ParseError {
    /// The reason without the words around it.
    fileprivate var why: String {
        switch self {
        case .notJSON: "it is not JSON"
        case .notAnEvent(let why): why
        }
    }
}
