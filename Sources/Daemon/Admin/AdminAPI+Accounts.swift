import HTTPTypes
import JSONText
import Providers
import Responder
import Store

extension AdminAPI {
    var accountRoutes: [APIRoute] {
        [
            APIRoute(
                method: .get, path: "/api/accounts", id: "listAccounts", summary: "Our numbers, and whether they send",
                answer: .object(["accounts": .array(of: .named("Account"))])
            ) { _ in
                let stopped = try await store.stoppedAccounts()
                return .object(["accounts": .array(configuration.accounts.map { json($0, stopped) })])
            }
        ]
    }

    private func json(_ account: Configuration.Account, _ stopped: [StoppedAccount]) -> JSON {
        let stop = stopped.first { $0.number == account.number }
        return .object([
            "number": .string(account.number), "provider": .string(account.endpoint.provider.rawValue),
            "state": stop == nil ? "sending" : "stopped", "reason": .text(stop?.reason),
            "since": .seconds(of: stop?.stoppedAt),
            "waiting": .count(sender.waiting(of: account.number)), "on_unknown": .string(account.onUnknown.rawValue),
            "rate": account.rate.map(JSON.number) ?? .null,
        ])
    }

    var changeRoutes: [APIRoute] {
        [
            APIRoute(
                method: .get, path: "/api/changes", id: "watch", summary: "Wait for something to happen",
                description: """
                    Without `after` it answers at once with the number to begin with. With the `next` of the answer \
                    before it answers as soon as something has changed, or after 25 seconds with nothing. Where \
                    `is_incomplete` more has changed than is remembered: load everything anew.
                    """,
                parameters: [.query("after", .int64(in: 0...Int64.max), "`next` of the answer before")],
                answer: .object([
                    "next": .int64, "is_incomplete": .boolean, "changes": .array(of: .named("Change")),
                ]), isWaiting: true
            ) { request in
                let after = try request.integer("after", in: 0...Int64.max)
                let news = await changes.news(
                    from: after ?? changes.next, waiting: after == nil ? .zero : Self.longestWait,
                    disconnection: request.disconnection)
                return .object([
                    "next": .integer(news.next), "is_incomplete": .bool(news.isIncomplete),
                    "changes": .array(
                        news.changes.map { change in
                            .object([
                                "kind": .string(change.kind.rawValue), "account": .text(change.account),
                                "conversation": .count(change.conversation),
                            ])
                        }),
                ])
            }
        ]
    }
}
