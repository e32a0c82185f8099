import JSONText
import Providers
import Responder
import Store

/// The calls of the API. Each reads, or writes as one step of the pipeline does; none has logic of its own.
struct AdminAPI: Sendable {
    /// How long a call may wait for changes.
    static let longestWait = Duration.seconds(25)

    let configuration: Configuration
    let store: Store
    let rules: CurrentRules
    let reloader: RulesReloader?
    let sender: Sender
    let changes: ChangeLog
    let trafficDay: TrafficDay
    let clock: Clock
    /// Told of what people do.
    let observe: @Sendable (DaemonEvent) -> Void

    var routes: [APIRoute] {
        conversationRoutes + messageRoutes + outboxRoutes + ruleRoutes + trialRoutes + accountRoutes + trafficRoutes
            + changeRoutes
    }

    /// What the document describes by name.
    static let schemas: [String: JSONSchema] = [
        "Contact": .object([
            "id": .text.orNull.describing("The provider's id of the contact"), "number": .text.orNull,
            "address": .text.describing("What messages to the contact are addressed to"), "name": .text.orNull,
        ]),
        "Conversation": .object([
            "id": .int64, "account": .text, "contact": .named("Contact"),
            "window": .object(["is_open": .boolean, "ends_at": .time.orNull]).describing(
                "Until when free-form text is allowed"),
            "paused_until": .time.orNull.describing("Until when the bot is quiet here; null where it is not"),
            "paused_by": .text(among: Pause.names).orNull.describing(
                "`person`: somebody has said so or has answered from elsewhere. `rule`: a rule has handed it to a person. `loop-guard`: a robot seems to write"
            ),
            "paused_by_rule": .text.orNull.describing("Which rule has"),
            "opted_out": .boolean, "tags": .array(of: .text), "state": .map(of: .text),
            "latest": .named("LatestMessage").orNull.describing(
                "What the contact wrote last; null where it has been deleted"),
        ]),
        "LatestMessage": .object(message),
        "Message": .object(
            message.merging(["entries": .array(of: .named("Entry")).describing("What was to be sent, in order")]) { $1 }
        ),
        "Decision": .object([
            "rule": .text.orNull, "outcome": outcome, "reason": reason,
            "because": .text.describing("The reason in a sentence, as it was at the time"),
            "revision": .text.describing("The revision of the rules that decided"), "decided_at": .time,
        ]),
        "Entry": .object([
            "entry": .int64, "account": .text, "conversation": .int64, "message": .int64, "contact": .text,
            "state": .text(among: EntryState.allCases.map(\.rawValue)),
            "reason": .text(among: EntryReason.allCases.map(\.rawValue)).orNull,
            "detail": .text.orNull.describing("The reason in a sentence, if the provider gave one"),
            "content": .named("Content"),
            "fallback": .named("Content").orNull.describing("What goes instead once the window has shut"),
            "rule": .text.orNull, "because": .text, "created_at": .time,
            "released_at": .time.orNull.describing("When somebody had it sent again"), "due_at": .time,
            "attempts": .array(of: .named("Attempt")),
        ]),
        "Attempt": .object([
            "number": .int64, "kind": .text(among: SendContent.Kind.allCases.map(\.rawValue)), "started_at": .time,
            "outcome": .text.orNull.describing("null while it is under way"), "detail": .text.orNull,
            "delivery": .int64(in: 0...3).orNull.describing("0 failed, 1 sent, 2 delivered, 3 read"),
        ]),
        "Content": .oneOf([
            .object(["kind": .text(among: ["text"]), "text": .text, "quote": .boolean]),
            .object([
                "kind": .text(among: ["template"]), "name": .text, "language": .text, "variables": .array(of: .text),
            ]),
            .object(["kind": .text(among: ["post"]), "url": .text]),
        ]),
        "Trial": .object([
            "rule": .text.orNull, "outcome": outcome, "reason": reason, "because": .text,
            "messages": .array(of: .named("Content")),
            "changes": .object(
                [
                    "set": .map(of: .text), "unset": .array(of: .text), "tag": .array(of: .text),
                    "untag": .array(of: .text), "paused_until": .time, "opted_out": .boolean,
                ], optional: ["set", "unset", "tag", "untag", "paused_until", "opted_out"]),
            "why": .array(
                of: .object([
                    "rule": .text, "file": .text, "line": .int64, "matched": .boolean, "because": .text,
                ])),
        ]).describing("What `replyd try --json` prints"),
        "Diagnostic": .object([
            "file": .text, "line": .int64.orNull, "column": .int64.orNull,
            "severity": .text(among: ["error", "warning"]), "message": .text, "hint": .text.orNull,
        ]),
        "Rules": .object([
            "revision": .text, "path": .text,
            "files": .array(of: .object(["file": .text, "rules": .int64])),
            "rules": .array(
                of: .object([
                    "id": .text, "file": .text, "line": .int64, "priority": .int64,
                    "shadow": .boolean.describing("On trial: it only records what it would have done"),
                    "continues": .boolean,
                ])
            ).describing("In the order in which they are tried"),
            "last_reload": .named("Reload").orNull.describing("null where the files were not loaded since the start"),
        ]),
        "Reload": .object([
            "at": .time, "successful": .boolean, "diagnostics": .array(of: .named("Diagnostic")),
            "report": .text.describing("The diagnostics as people read them"),
        ]),
        "Account": .object([
            "number": .text, "provider": .text(among: Provider.allCases.map(\.rawValue)),
            "state": .text(among: ["sending", "stopped"]), "reason": .text.orNull.describing("Why it is stopped"),
            "since": .time.orNull.describing("Since when it is stopped"),
            "waiting": .int64.describing("Entries that wait or are under way"),
            "on_unknown": .text(among: UnknownPolicy.allCases.map(\.rawValue)),
            "rate": .number.orNull.describing("The most sends in a second"),
        ]),
        "Traffic": .object([
            "at": .time.describing("When the five minutes begin"), "messages": .int64, "replies": .int64,
            "templates": .int64, "silences": .int64,
            "sent": .int64.describing("Outbox entries that the provider accepted, as in `replyd_entries_total`"),
            "failed": .int64.describing("Outbox entries refused for good or given up, as in `replyd_entries_total`"),
            "p50": .number.orNull.describing(
                "From a message's arrival until its answer was accepted, in seconds; null where none was"),
            "p95": .number.orNull, "p99": .number.orNull,
        ]),
        "Change": .object([
            "kind": .text(among: ChangeLog.Change.Kind.allCases.map(\.rawValue)), "conversation": .int64.orNull,
            "account": .text.orNull,
        ]),
    ]

    private static let message: [String: JSONSchema] = [
        "id": .int64, "conversation": .int64, "unique": .text.describing("The provider's id"), "type": .text,
        "text": .text.orNull.describing("What the contact said in words; what is longer than 4,096 characters is cut"),
        "body": .text.describing("What the provider calls so: of media a link; cut like the text"),
        "quoted": .text.orNull, "sent_at": .time, "received_at": .time, "decision": .named("Decision").orNull,
    ]
    private static let outcome = JSONSchema.text(among: Decision.Outcome.allCases.map(\.rawValue))
    private static let reason = JSONSchema.text(among: Decision.Reason.allCases.map(\.rawValue))

    /// How many of a list are asked for.
    static let limit = APIParameter.query("limit", .int64(in: 1...200), "How many at most; 50 where nothing is said")

    static func limit(_ request: APIRequest) throws -> Int {
        Int(try request.integer("limit", in: 1...200) ?? 50)
    }

    static let pages = """
        A page may hold fewer than asked for although more follow, for it ends after \(PageBudget.bytes >> 10) KiB: go on \
        while `next` is not null.
        """

    /// Where a page begins.
    static func before(_ what: String) -> APIParameter {
        .query("before", .int64(in: 1...Int64.max), what)
    }

    var accountNumbers: JSONSchema { .text(among: configuration.accounts.map(\.number)) }
    var accountFilter: APIParameter { .query("account", accountNumbers, "Of this account alone") }

    func account(_ request: APIRequest) throws -> String? {
        try known(account: request.query["account"])
    }

    /// The number, where it is one of ours; nil for nil.
    func known(account number: String?) throws -> String? {
        guard let number else { return nil }
        guard configuration.accounts.contains(where: { $0.number == number }) else {
            let known = configuration.accounts.map(\.number).joined(separator: ", ")
            throw APIError(.badRequest, "there is no account '\(number)'; there is: \(known)")
        }
        return number
    }
}
