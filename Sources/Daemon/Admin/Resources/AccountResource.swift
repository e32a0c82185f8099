import JSONText
import Providers
import Responder
import Store

extension Configuration.Account {
    static let schema = JSONSchema.object([
        "number": .text, "provider": .text(among: Provider.allCases.map(\.rawValue)),
        "state": .text(among: ["sending", "stopped"]), "reason": .text.orNull.describing("Why it is stopped"),
        "since": .time.orNull.describing("Since when it is stopped"),
        "waiting": .int64.describing(
            "The number of entries that wait or are in flight, without posts to links of rules"),
        "held": .int64.describing("The number of entries that are held"),
        "failed": .int64.describing("The number of entries that were given up within a week, without posts"),
        "failed_posts": .int64.describing("The number of posts to links of rules that were given up within a week"),
        "on_unknown": .text(among: UnknownPolicy.allCases.map(\.rawValue)),
        "sent": .map(of: .int64).describing("What the provider has accepted this month, by kind"),
        "cost": .object(["amount": .number, "currency": .text]).orNull.describing(
            "What that comes to; null if there are no `prices`"),
        "budget": .object([
            "messages": .int64, "used": .int64, "per": .text(among: CalendarPeriod.allCases.map(\.rawValue)),
            "then": .text(among: Budget.Then.allCases.map(\.rawValue)),
        ]).orNull,
        "rate": .number.orNull.describing("The most sends in a second"),
    ])

    /// Returns the account and its state as JSON.
    ///
    /// - Parameters:
    ///   - stop: The stop of the account; `nil` if it sends.
    ///   - waiting: The number of its entries that wait or are in flight.
    ///   - open: The other entries that need attention.
    ///   - sent: The number of messages that the provider has accepted this month, by kind.
    ///   - usage: The state of the budget; `nil` if there is none.
    func json(
        stop: StoppedAccount?, waiting: Int, open: Overview.Open, sent: [SendContent.Kind: Int],
        usage: BudgetKeeper.Usage?
    ) -> JSON {
        .object([
            "number": .string(number), "provider": .string(endpoint.provider.rawValue),
            "state": stop == nil ? "sending" : "stopped", "reason": .text(stop?.reason),
            "since": .seconds(of: stop?.stoppedAt), "waiting": .count(waiting),
            "held": .count(open.held), "failed": .count(open.failed), "failed_posts": .count(open.failedPosts),
            "sent": .object(
                Dictionary(
                    sent.map { ($0.key.rawValue, JSON.count($0.value)) }, uniquingKeysWith: { first, _ in first })),
            "cost": prices.map {
                .object(["amount": .number($0.cost(ofMonth: sent)), "currency": .string($0.currency)])
            } ?? .null,
            "budget": usage.map {
                .object([
                    "messages": .count($0.budget.messages), "used": .count($0.used),
                    "per": .string($0.budget.period.rawValue), "then": .string($0.budget.then.rawValue),
                ])
            } ?? .null,
            "on_unknown": .string(onUnknown.rawValue), "rate": rate.map(JSON.number) ?? .null,
        ])
    }
}
