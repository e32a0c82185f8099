import JSONText
import Providers
import Responder
import Store

/// The ability of replyd to do its work, for load balancers and people.
struct Readiness: Sendable {
    /// The reason why the store can't be written to; `nil` if it can.
    var storeFailure: StoreError?
    var rules: RuleSet
    /// The outcome of the last attempt to load the files; `nil` if there was none since the start.
    var reload: CurrentRules.Reload?
    var accounts: [String]
    var stopped: [StoppedAccount] = []
    /// The number of entries that wait, by account.
    var waiting: [String: Int] = [:]

    init(_ storeCheck: StoreCheck, rules: CurrentRules, sender: Sender, accounts: [String]) async {
        self.rules = rules.ruleSet
        reload = rules.reload
        self.accounts = accounts
        do {
            stopped = try await storeCheck.stoppedAccounts()
        } catch {
            storeFailure = error
        }
        for account in stopped { waiting[account.number] = sender.waiting(of: account.number) }
    }

    var isReady: Bool { storeFailure == nil }

    private var ruleDetails: [String: JSON] {
        var details: [String: JSON] = [
            "revision": .string(rules.revision), "count": .count(rules.rules.count),
        ]
        if let reload, reload.errorCount > 0 {
            details["refused"] = .object([
                "errors": .count(reload.errorCount), "since": .seconds(of: reload.at),
                "report": .string(reload.report),
            ])
        }
        return details
    }

    var json: JSON {
        let stoppedByNumber = Dictionary(uniqueKeysWithValues: stopped.map { ($0.number, $0) })
        let accounts = accounts.sorted().map { number -> JSON in
            guard let stop = stoppedByNumber[number] else {
                return .object(["number": .string(number), "state": "sending"])
            }
            return .object([
                "number": .string(number), "state": "stopped", "reason": .string(stop.reason),
                "waiting": .count(waiting[number] ?? 0), "since": .seconds(of: stop.stoppedAt),
            ])
        }
        return .object([
            "ready": .bool(isReady),
            "store": .string(storeFailure?.description ?? "ok"),
            "rules": .object(ruleDetails),
            "accounts": .array(accounts),
        ])
    }
}
