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
        "rate": .number.orNull.describing("The most sends in a second"),
    ])

    /// Returns the account and its state as JSON.
    ///
    /// - Parameters:
    ///   - stop: The stop of the account; `nil` if it sends.
    ///   - waiting: The number of its entries that wait or are in flight.
    ///   - open: The other entries that need attention.
    func json(stop: StoppedAccount?, waiting: Int, open: Overview.Open) -> JSON {
        .object([
            "number": .string(number), "provider": .string(endpoint.provider.rawValue),
            "state": stop == nil ? "sending" : "stopped", "reason": .text(stop?.reason),
            "since": .seconds(of: stop?.stoppedAt), "waiting": .count(waiting),
            "held": .count(open.held), "failed": .count(open.failed), "failed_posts": .count(open.failedPosts),
            "on_unknown": .string(onUnknown.rawValue), "rate": rate.map(JSON.number) ?? .null,
        ])
    }
}
