import Daemon
import Foundation
import JSONText
import Providers
import Responder
import Store

extension StatusReport {
    // MARK: JSON

    var json: String {
        var rules = JSON.null
        var isReady = false
        if case .replyd(let readiness) = probe {
            isReady = readiness.storeFailure == nil
            rules = .object([
                "revision": .string(readiness.revision), "count": .count(readiness.ruleCount),
                "errors": .count(readiness.errors),
            ])
        }
        let accounts = accounts.map { account -> JSON in
            let open = open(account)
            let stop = stop(account)
            let isKnown = overview != nil && isServed
            return .object([
                "number": .string(account.number), "provider": .string(account.provider),
                "state": stop != nil ? "stopped" : isKnown ? "sending" : .null,
                "reason": stop.map { .string($0.reason) } ?? .null, "since": .seconds(of: stop?.stoppedAt),
                "waiting": .count(open.waiting), "held": .count(open.held),
                "failed": .count(open.failed), "failed_posts": .count(open.failedPosts),
            ])
        }
        let object: [String: JSON] = [
            "version": .string(Daemon.version), "listen": .string("\(listen)"),
            "process": .count(process), "ready": .bool(isReady), "rules": rules,
            "accounts": .array(accounts),
            "last_message": .seconds(of: overview?.lastMessage), "last_sent": .seconds(of: overview?.lastSent),
            "database": .object([
                "path": .string(database), "bytes": .count(size),
                "free": .count(free),
            ]),
            "problems": .texts(problems.map(\.sentence)),
        ]
        return JSON.object(object).encodedText
    }
}
