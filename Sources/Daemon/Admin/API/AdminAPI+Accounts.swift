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
                return .object([
                    "accounts": .array(
                        configuration.accounts.map { account in
                            account.json(
                                stop: stopped.first { $0.number == account.number },
                                waiting: sender.waiting(of: account.number))
                        })
                ])
            }
        ]
    }
}
