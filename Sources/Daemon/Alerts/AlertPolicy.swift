import JSONText
import Providers
import Responder
import Store

/// Something that a person should know. It never holds the words of a contact, and never says which contact it is
/// about.
struct Alert: Sendable, Equatable {
    enum Kind: String, Sendable, CaseIterable {
        case accountStopped = "account-stopped"
        case accountResumed = "account-resumed"
        case rulesRefused = "rules-refused"
        case rulesLoaded = "rules-loaded"
        case entriesHeld = "entries-held"
        case entriesFailed = "entries-failed"
        case postsFailed = "posts-failed"
        case budget
    }

    var kind: Kind
    var account: String?
    /// The number of entries, if the alert is about entries; otherwise 1.
    var count = 1
    /// The event and its remedy, in words for people.
    var text: String

    func json(at now: Timestamp) -> JSON {
        .object([
            "alert": .string(kind.rawValue), "account": .text(account), "count": .count(count), "text": .string(text),
            "at": .seconds(of: now),
        ])
    }
}

/// Decides which alerts are due. It is a state machine: it knows no clock and sends nothing. Times are uptimes.
///
/// A state that lasts is notified once, and an event that happens a thousand times is one alert with its count.
struct AlertPolicy {
    /// The time that the first of many entries is held back, for those that follow at once.
    static let debounce = Duration.seconds(10)
    /// The least time between two alerts about entries.
    static let interval = Duration.minutes(10)
    /// The least time between two alerts about one state: a state that comes and goes must not flood.
    static let stateInterval = Duration.minutes(1)

    private struct State {
        var isBad = false
        var isNotifiedBad = false
        var text = ""
        var due: Duration?
        var sentAt: Duration?
    }

    private struct Many {
        var count = 0
        var due: Duration?
        var sentAt: Duration?
    }

    private struct Key: Hashable, Comparable {
        var kind: Alert.Kind
        var account: String

        static func < (left: Key, right: Key) -> Bool {
            (left.kind.rawValue, left.account) < (right.kind.rawValue, right.account)
        }
    }

    private var accounts: [String: State] = [:]
    private var rules = State()
    private var many: [Key: Many] = [:]
    /// What is told once, as soon as it is known.
    private var news: [(due: Duration, alert: Alert)] = []

    mutating func record(_ event: DaemonEvent, at now: Duration) {
        switch event {
        case .accountStopped(let stop):
            let text = "\(stop.sentence). Check `api_key`, `number` and `base_url`."
            Self.set(&accounts[stop.account, default: State()], isBad: true, text, at: now)
        case .accountResumed(let account):
            let text = "account \(account): the provider takes requests again; sending goes on."
            Self.set(&accounts[account, default: State()], isBad: false, text, at: now)
        case .rulesRefused(let report, let inUse):
            let first = report.split(separator: "\n").first.map { $0.shortened(toUTF16: 500).printable } ?? ""
            let text = "the changed rules are wrong; revision \(inUse) stays in use. \(first). Run `replyd check`."
            Self.set(&rules, isBad: true, text, at: now)
        case .rulesLoaded(_, let revision):
            Self.set(&rules, isBad: false, "the rules are in order again: revision \(revision).", at: now)
        case .budget(let budget):
            news.append((now, Alert(kind: .budget, account: budget.account, text: budget.sentence)))
        case .attempted(let ended):
            if case .over(let state) = ended.settlement { count(ended.entry, state, at: now) }
        case .settled(let settled): count(settled.entry, settled.state, at: now)
        default: break
        }
    }

    /// Counts an entry that is held or has failed; a person need not know of others.
    private mutating func count(_ entry: EntryReference, _ state: EntryState, at now: Duration) {
        guard state == .held || state == .failed else { return }
        let failed = entry.lane == .posts ? Alert.Kind.postsFailed : .entriesFailed
        let key = Key(kind: state == .held ? .entriesHeld : failed, account: entry.account)
        var one = many[key] ?? Many()
        one.count += 1
        if one.due == nil { one.due = max(now + Self.debounce, one.sentAt.map { $0 + Self.interval } ?? .zero) }
        many[key] = one
    }

    private static func set(_ state: inout State, isBad: Bool, _ text: String, at now: Duration) {
        if isBad != state.isBad || state.text.isEmpty { state.text = text }
        state.isBad = isBad
        if isBad == state.isNotifiedBad {
            state.due = nil
        } else if state.due == nil {
            state.due = max(now, state.sentAt.map { $0 + stateInterval } ?? .zero)
        }
    }

    /// Returns the alerts that are due, each of them once.
    mutating func next(at now: Duration) -> [Alert] {
        var alerts: [Alert] = []
        for account in accounts.keys.sorted() {
            guard let state = Self.takeDue(&accounts[account, default: State()], at: now) else { continue }
            alerts.append(
                Alert(kind: state.isBad ? .accountStopped : .accountResumed, account: account, text: state.text))
        }
        if let state = Self.takeDue(&rules, at: now) {
            alerts.append(Alert(kind: state.isBad ? .rulesRefused : .rulesLoaded, text: state.text))
        }
        alerts += news.map(\.alert)
        news = []
        for key in many.keys.sorted() {
            guard let one = many[key], let due = one.due, due <= now else { continue }
            many[key] = Many(sentAt: now)
            alerts.append(Self.alert(key.kind, key.account, one.count))
        }
        return alerts
    }

    private static func takeDue(_ state: inout State, at now: Duration) -> State? {
        guard let due = state.due, due <= now else { return nil }
        state.due = nil
        state.sentAt = now
        state.isNotifiedBad = state.isBad
        return state
    }

    private static func alert(_ kind: Alert.Kind, _ account: String, _ count: Int) -> Alert {
        let noun = kind == .postsFailed ? "post" : "answer"
        let (things, are, were) = count == 1 ? ("1 \(noun)", "is", "was") : ("\(count) \(noun)s", "are", "were")
        let text =
            switch kind {
            case .entriesHeld:
                "account \(account): \(things) \(are) held, for nobody knows whether they arrived. `replyd outbox list` shows them; release or drop each."
            case .postsFailed:
                "account \(account): \(things) to links of rules could not be delivered and \(were) given up. `replyd outbox list` says why."
            default:
                "account \(account): \(things) could not be sent and \(were) given up. `replyd outbox list` says why."
            }
        return Alert(kind: kind, account: account, count: count, text: text)
    }

    /// The uptime at which the next alert is due; `nil` if none is to come.
    var wake: Duration? {
        (accounts.values.compactMap(\.due) + [rules.due].compactMap(\.self) + news.map(\.due)
            + many.values.compactMap(\.due)).min()
    }
}
