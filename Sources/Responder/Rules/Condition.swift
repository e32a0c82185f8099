/// A condition of a rule on the circumstances of a message: one entry of its `when`.
public indirect enum Condition: Sendable, Hashable {
    /// The business is open.
    case open(Hours)
    /// The business is closed.
    case closed(Hours)
    /// The local time is within one of the spans.
    case between([DaySpan], Zone)
    /// The local date is within one of the ranges.
    case dates([ClosedRange<LocalDate>], Zone)
    /// The message is written in one of these languages.
    case language(Set<TextLanguage>)
    /// The message came to one of these accounts.
    case account(Set<String>)
    /// The contact is one of these, by number or id.
    case contact(Set<String>)
    /// The contact has one of these tags.
    case tagged([String])
    /// The contact has none of these tags.
    case notTagged([String])
    /// Each of these states has one of its values.
    case state([String: [String]])
    /// Whether the contact writes for the first time.
    case firstContact(Bool)
    /// The contact has not written for at least this time, or never.
    case idle(Duration)
    /// Whether the 24-hour window is open.
    case windowOpen(Bool)
    /// At least one of these conditions does not hold.
    case not([Condition])
    /// All conditions of at least one group hold.
    case any([[Condition]])
}

extension Condition {
    /// Whether the condition depends on the time alone.
    var isAboutTime: Bool {
        switch self {
        case .open, .closed, .between, .dates: true
        default: false
        }
    }
}

/// The circumstances that conditions examine. A class, because each step of a decision passes it on.
final class Circumstances: Sendable {
    let message: Message
    let conversation: Conversation
    let now: Timestamp

    init(message: Message, conversation: Conversation, now: Timestamp) {
        self.message = message
        self.conversation = conversation
        self.now = now
    }
}

extension Condition {
    /// Whether the condition holds.
    func holds(in circumstances: Circumstances) -> Bool {
        let (message, now) = (circumstances.message, circumstances.now)
        let conversation = circumstances.conversation
        switch self {
        case .open(let hours): return hours.isOpen(at: now)
        case .closed(let hours): return !hours.isOpen(at: now)
        case .between(let spans, let zone):
            let minute = zone.localOnce(now).minute
            return spans.contains { $0.contains(minute) || $0.contains(minute + 1440) }
        case .dates(let ranges, let zone):
            let date = zone.local(now).date
            return ranges.contains { $0.contains(date) }
        case .language(let languages):
            return message.text.flatMap(TextLanguage.init(of:)).map(languages.contains) ?? false
        case .account(let accounts): return accounts.contains(message.account)
        case .contact(let contacts):
            let names = [message.contact.number, message.contact.id, message.contact.address]
            return names.contains { $0.map(contacts.contains) ?? false }
        case .tagged(let tags): return !conversation.memory.tags.isDisjoint(with: tags)
        case .notTagged(let tags): return conversation.memory.tags.isDisjoint(with: tags)
        case .state(let wanted):
            return wanted.allSatisfy { name, values in
                conversation.memory.hasValue(of: name, among: values, at: now)
            }
        case .firstContact(let isFirst): return (conversation.memory.lastMessageAt == nil) == isFirst
        case .idle(let duration):
            return conversation.memory.lastMessageAt.map { message.timestamp - $0 >= duration } ?? true
        case .windowOpen(let isOpen): return conversation.window.isOpen(at: now) == isOpen
        case .not(let conditions): return !conditions.allSatisfy { $0.holds(in: circumstances) }
        case .any(let groups):
            return groups.contains { $0.allSatisfy { $0.holds(in: circumstances) } }
        }
    }

    /// Returns the reason for which the condition does not hold, in words.
    func failure(in circumstances: Circumstances) -> String {
        let (message, now) = (circumstances.message, circumstances.now)
        let memory = circumstances.conversation.memory
        switch self {
        case .open(let hours): return "open: \(hours.name) is closed \(Self.time(now, hours.zone))"
        case .closed(let hours): return "closed: \(hours.name) is open \(Self.time(now, hours.zone))"
        case .between(let spans, let zone):
            let spans = spans.map(\.description).joined(separator: ", ")
            return "between: it is not between \(spans) \(Self.time(now, zone))"
        case .dates(_, let zone): return "date: today is \(zone.local(now).date)"
        case .language(let languages):
            let wanted = languages.map(\.rawValue).sorted().joined(separator: ", ")
            let language = message.text.flatMap(TextLanguage.init(of:))?.rawValue ?? "of no known language"
            return "language: the message is \(language), not \(wanted)"
        case .account: return "account: the message came to \(message.account)"
        case .contact: return "contact: it is somebody else"
        case .tagged(let tags): return "tagged: the contact does not have the tag \(Self.list(tags))"
        case .notTagged(let tags):
            return "not_tagged: the contact has the tag '\(tags.first(where: memory.tags.contains) ?? "")'"
        case .state(let wanted):
            let missing = wanted.sorted { $0.key < $1.key }.first { name, values in
                !memory.hasValue(of: name, among: values, at: now)
            }
            guard let missing else { return "state" }
            let value = memory.value(of: missing.key, at: now).map { "'\($0)'" } ?? "not set"
            return "state: \(missing.key) is \(value), not \(Self.list(missing.value))"
        case .firstContact(true): return "first_contact: the contact has written before"
        case .firstContact(false): return "first_contact: the contact writes for the first time"
        case .idle(let duration): return "idle: the contact has written within \(duration.words)"
        case .windowOpen(true): return "window: the 24-hour window has shut"
        case .windowOpen(false): return "window: the 24-hour window is open"
        case .not(let conditions): return "not: \(conditions.count == 1 ? "it holds" : "all of it holds")"
        case .any: return "any: none of its alternatives holds"
        }
    }

    private static func time(_ now: Timestamp, _ zone: Zone) -> String {
        let local = zone.local(now)
        return "(it is \(Self.weekdays[local.date.weekday]) \(local.clock), \(zone.name))"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    private static func list(_ words: [String]) -> String {
        words.map { "'\($0)'" }.joined(separator: " or ")
    }
}
