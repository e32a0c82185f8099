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
    static let schemas: [String: APISchema] = [
        "Contact": .object([
            "id": .text.orNull.saying("The provider's id of the contact"), "number": .text.orNull,
            "address": .text.saying("What messages to the contact are addressed to"), "name": .text.orNull,
        ]),
        "Conversation": .object([
            "id": .integer, "account": .text, "contact": .named("Contact"),
            "window": .object(["is_open": .flag, "ends_at": .time.orNull]).saying(
                "Until when free-form text is allowed"),
            "paused_until": .time.orNull.saying("Until when the bot is quiet here; null where it is not"),
            "paused_by": .words(Pause.names).orNull.saying(
                "`person`: somebody has said so or has answered from elsewhere. `rule`: a rule has handed it to a person. `loop-guard`: a robot seems to write"
            ),
            "paused_by_rule": .text.orNull.saying("Which rule has"),
            "opted_out": .flag, "tags": .list(of: .text), "state": .map(of: .text),
            "latest": .named("LatestMessage").orNull.saying(
                "What the contact wrote last; null where it has been deleted"),
        ]),
        "LatestMessage": .object(message),
        "Message": .object(
            message.merging(["entries": .list(of: .named("Entry")).saying("What was to be sent, in order")]) { $1 }),
        "Decision": .object([
            "rule": .text.orNull, "outcome": outcome, "reason": reason,
            "because": .text.saying("The reason in a sentence, as it was at the time"),
            "revision": .text.saying("The revision of the rules that decided"), "decided_at": .time,
        ]),
        "Entry": .object([
            "entry": .integer, "account": .text, "conversation": .integer, "message": .integer, "contact": .text,
            "state": .words(EntryState.allCases.map(\.rawValue)), "reason": .text.orNull, "content": .named("Content"),
            "fallback": .named("Content").orNull.saying("What goes instead once the window has shut"),
            "rule": .text.orNull, "because": .text, "created_at": .time,
            "released_at": .time.orNull.saying("When somebody had it sent again"), "due_at": .time,
            "attempts": .list(of: .named("Attempt")),
        ]),
        "Attempt": .object([
            "number": .integer, "kind": .words(["text", "template", "post"]), "started_at": .time,
            "outcome": .text.orNull.saying("null while it is under way"), "detail": .text.orNull,
            "delivery": .integer(in: 0...3).orNull.saying("0 failed, 1 sent, 2 delivered, 3 read"),
        ]),
        "Content": .oneOf([
            .object(["kind": .words(["text"]), "text": .text, "quote": .flag]),
            .object([
                "kind": .words(["template"]), "name": .text, "language": .text, "variables": .list(of: .text),
            ]),
            .object(["kind": .words(["post"]), "url": .text]),
        ]),
        "Trial": .object([
            "rule": .text.orNull, "outcome": outcome, "reason": reason, "because": .text,
            "messages": .list(of: .named("Content")),
            "changes": .object(
                [
                    "set": .map(of: .text), "unset": .list(of: .text), "tag": .list(of: .text),
                    "untag": .list(of: .text), "paused_until": .time, "opted_out": .flag,
                ], optional: ["set", "unset", "tag", "untag", "paused_until", "opted_out"]),
            "why": .list(
                of: .object([
                    "rule": .text, "file": .text, "line": .integer, "matched": .flag, "because": .text,
                ])),
        ]).saying("What `replyd try --json` prints"),
        "Diagnostic": .object([
            "file": .text, "line": .integer.orNull, "column": .integer.orNull,
            "severity": .words(["error", "warning"]), "message": .text, "hint": .text.orNull,
        ]),
        "Rules": .object([
            "revision": .text, "path": .text,
            "files": .list(of: .object(["file": .text, "rules": .integer])),
            "rules": .list(
                of: .object([
                    "id": .text, "file": .text, "line": .integer, "priority": .integer,
                    "shadow": .flag.saying("On trial: it only records what it would have done"), "continues": .flag,
                ])
            ).saying("In the order in which they are tried"),
            "last_reload": .named("Reload").orNull.saying("null where the files were not loaded since the start"),
        ]),
        "Reload": .object([
            "at": .time, "successful": .flag, "diagnostics": .list(of: .named("Diagnostic")),
            "report": .text.saying("The diagnostics as people read them"),
        ]),
        "Account": .object([
            "number": .text, "provider": .words(Provider.allCases.map(\.rawValue)),
            "state": .words(["sending", "stopped"]), "reason": .text.orNull.saying("Why it is stopped"),
            "since": .time.orNull.saying("Since when it is stopped"),
            "waiting": .integer.saying("Entries that wait or are under way"),
            "on_unknown": .words(UnknownPolicy.allCases.map(\.rawValue)),
            "rate": .number.orNull.saying("The most sends in a second"),
        ]),
        "Traffic": .object([
            "at": .time.saying("When the five minutes begin"), "messages": .integer, "replies": .integer,
            "templates": .integer, "silences": .integer,
            "sent": .integer.saying("Outbox entries that the provider accepted, as in `replyd_entries_total`"),
            "failed": .integer.saying("Outbox entries refused for good or given up, as in `replyd_entries_total`"),
            "p50": .number.orNull.saying(
                "From a message's arrival until its answer was accepted, in seconds; null where none was"),
            "p95": .number.orNull, "p99": .number.orNull,
        ]),
        "Change": .object([
            "kind": .words(ChangeLog.Change.Kind.allCases.map(\.rawValue)), "conversation": .integer.orNull,
            "account": .text.orNull,
        ]),
    ]

    private static let message: [String: APISchema] = [
        "id": .integer, "conversation": .integer, "unique": .text.saying("The provider's id"), "type": .text,
        "text": .text.orNull.saying("What the contact said in words; what is longer than 4,096 characters is cut"),
        "body": .text.saying("What the provider calls so: of media a link; cut like the text"),
        "quoted": .text.orNull, "sent_at": .time, "received_at": .time, "decision": .named("Decision").orNull,
    ]
    private static let outcome = APISchema.words(["reply", "template", "silent"])
    private static let reason = APISchema.words(Decision.Reason.allCases.map(\.rawValue))

    /// How many of a list are asked for.
    static let limit = APIParameter.query("limit", .integer(in: 1...200), "How many at most; 50 where nothing is said")

    static func limit(_ request: APIRequest) throws -> Int {
        Int(try request.integer("limit", in: 1...200) ?? 50)
    }

    static let pages = """
        A page may hold fewer than asked for although more follow, for it ends after \(PageBudget.bytes >> 10) KiB: go on \
        while `next` is not null.
        """

    /// Where a page begins.
    static func before(_ what: String) -> APIParameter {
        .query("before", .integer(in: 1...Int64.max), what)
    }

    var accountNumbers: APISchema { .words(configuration.accounts.map(\.number)) }
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

extension JSON {
    static func time(_ moment: Timestamp?) -> JSON { moment.map { .integer($0.milliseconds / 1000) } ?? .null }
    static func text(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }
    static func count(_ count: Int) -> JSON { .integer(Int64(count)) }
}
