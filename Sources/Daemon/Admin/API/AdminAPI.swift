import JSONText
import Providers
import Responder
import Store

/// The calls of the API. Each reads from the store, or writes to it as a step of the pipeline does; it has no logic of
/// its own.
struct AdminAPI: Sendable {
    /// The longest time that a call waits for changes.
    static let longestWait = Duration.seconds(25)

    let configuration: Configuration
    let store: Store
    let rules: CurrentRules
    let reloader: RulesReloader?
    let sender: Sender
    let changes: ChangeLog
    let trafficDay: TrafficDay
    let monthlySending: MonthlySending
    let budgets: BudgetKeeper
    let clock: Clock
    /// Returns whether the daemon can do its work.
    let readiness: @Sendable () async -> Readiness
    /// The listener that is notified of operator actions.
    let observe: @Sendable (DaemonEvent) -> Void

    /// All calls, in the order of the document.
    var routes: [APIRoute] {
        conversationRoutes + messageRoutes + outboxRoutes + ruleRoutes + trialRoutes + accountRoutes + trafficRoutes
            + changeRoutes
    }

    /// The schemas that the document has by name.
    static let schemas: [String: JSONSchema] = [
        "Contact": Contact.schema, "Conversation": ListedConversation.schema,
        "LatestMessage": ListedMessage.latestSchema,
        "Message": ListedMessage.schema, "Decision": StoredDecision.schema, "Entry": ListedEntry.schema,
        "Attempt": ListedEntry.attemptSchema, "Content": Outgoing.schema, "Trial": Trial.schema,
        "Diagnostic": CurrentRules.Reload.diagnosticSchema, "Rules": CurrentRules.schema,
        "Reload": CurrentRules.Reload.schema, "Account": Configuration.Account.schema,
        "Traffic": TrafficDay.Slot.schema, "Change": ChangeLog.Change.schema, "Problem": Problem.schema,
    ]

    /// The parameter that limits the number of items of a page.
    static let limit = APIParameter.query("limit", .int64(in: 1...200), "How many at most; 50 if left out")

    /// Returns the number of items that a request asks for; 50 if it names none.
    static func limit(_ request: APIRequest) throws -> Int {
        Int(try request.integer("limit", in: 1...200) ?? 50)
    }

    /// The description of every call that answers in pages.
    static let pages = """
        A page may hold fewer than asked for although more follow, for it ends after \(PageBudget.bytes >> 10) KiB: go on \
        while `next` is not null.
        """

    /// The parameter that says where a page begins.
    static func before(_ what: String) -> APIParameter {
        .query("before", .int64(in: 1...Int64.max), what)
    }

    /// The schema of the number of one of our accounts.
    var accountNumbers: JSONSchema { .text(among: configuration.accounts.map(\.number)) }
    /// The parameter that restricts a list to one account.
    var accountFilter: APIParameter { .query("account", accountNumbers, "Of this account alone") }

    /// Returns the account that a request asks for; `nil` if it asks for all.
    func account(_ request: APIRequest) throws -> String? {
        try known(account: request.query["account"])
    }

    /// Returns the account of that number, written in any way, and `nil` for `nil`.
    ///
    /// - Throws: ``APIError`` if it is not.
    func known(account number: String?) throws -> String? {
        guard let number else { return nil }
        guard let account = configuration.account(written: number) else {
            let known = configuration.accounts.map(\.number).joined(separator: ", ")
            throw APIError(.badRequest, "there is no account '\(number)'; there is: \(known)")
        }
        return account.number
    }
}
