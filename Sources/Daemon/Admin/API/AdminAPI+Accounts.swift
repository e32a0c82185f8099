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
                let overview = try await store.overview(at: clock.now())
                let sent = try await monthlySending.counts()
                let usage = budgets.usage(at: clock.now())
                return .object([
                    "accounts": .array(
                        configuration.accounts.map { account in
                            account.json(
                                stop: overview.stopped.first { $0.number == account.number },
                                waiting: sender.waiting(of: account.number),
                                open: overview.open[account.number] ?? .init(), sent: sent[account.number] ?? [:],
                                usage: usage[account.number])
                        })
                ])
            },
            APIRoute(
                method: .get, path: "/api/problems", id: "listProblems", summary: "What needs a person",
                description: """
                    Empty if nothing does. The same, in the same words, as `replyd status` says under "This needs you".
                    """,
                answer: .object(["problems": .array(of: .named("Problem"))])
            ) { _ in
                .object(["problems": .array(try await problems().map(\.json))])
            },
        ]
    }

    private func problems() async throws -> [Problem] {
        let readiness = await readiness()
        var problems: [Problem] = []
        if let failure = readiness.storeFailure { problems.append(.store("\(failure)")) }
        if let errors = readiness.reload?.errorCount, errors > 0 {
            problems.append(
                .rules(errors: errors, revision: readiness.rules.revision, config: configuration.file))
        }
        do {
            problems += Problem.all(
                in: try await store.overview(at: clock.now()), accounts: configuration.accounts.map(\.number),
                limit: configuration.waitingLimit, config: configuration.file)
            problems += Problem.budgets(
                configuration.accounts, used: budgets.usage(at: clock.now()).mapValues(\.used))
        } catch {
            // A store that can't be read either has been named.
            guard readiness.storeFailure != nil else { throw error }
        }
        return problems
    }
}
