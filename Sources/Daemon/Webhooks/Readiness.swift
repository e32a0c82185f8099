import Providers
import Responder
import Store

/// Whether replyd can do its work, for load balancers and people.
struct Readiness: Sendable {
    /// Why the store can't be written to; nil where it can.
    var storeFailure: StoreError?
    var revision: String
    var ruleCount: Int
    var accounts: [String]
    var stopped: [StoppedAccount]

    var isReady: Bool { storeFailure == nil }

    var json: String {
        let stoppedByNumber = Dictionary(uniqueKeysWithValues: stopped.map { ($0.number, $0) })
        let accounts = accounts.sorted().map { number -> JSON in
            guard let stop = stoppedByNumber[number] else {
                return .object(["number": .string(number), "state": "sending"])
            }
            return .object([
                "number": .string(number), "state": "stopped", "reason": .string(stop.reason),
                "waiting": .integer(Int64(stop.waiting)), "since": .integer(stop.stoppedAt.milliseconds / 1000),
            ])
        }
        let json = JSON.object([
            "ready": .bool(isReady),
            "store": .string(storeFailure?.description ?? "ok"),
            "rules": .object(["revision": .string(revision), "count": .integer(Int64(ruleCount))]),
            "accounts": .array(accounts),
        ])
        return String(decoding: json.encoded, as: UTF8.self)
    }
}
