import Daemon
import Foundation
import Providers
import Responder
import Store

extension StatusReport {
    // MARK: JSON

    var json: String {
        func seconds(_ moment: Timestamp?) -> JSON { moment.map { .integer($0.milliseconds / 1000) } ?? .null }
        var rules = JSON.null
        var isReady = false
        if case .replyd(let readiness) = probe {
            isReady = readiness.storeFailure == nil
            rules = .object([
                "revision": .string(readiness.revision), "count": .integer(Int64(readiness.ruleCount)),
                "errors": .integer(Int64(readiness.errors)),
            ])
        }
        let accounts = accounts.map { account -> JSON in
            let open = open(account)
            let stop = stop(account)
            return .object([
                "number": .string(account.number), "provider": .string(account.provider),
                "state": overview == nil ? .null : stop == nil ? "sending" : "stopped",
                "reason": stop.map { .string($0.reason) } ?? .null, "since": seconds(stop?.stoppedAt),
                "waiting": .integer(Int64(open.waiting)), "held": .integer(Int64(open.held)),
                "failed": .integer(Int64(open.failed)),
            ])
        }
        let object: [String: JSON] = [
            "version": .string(Daemon.version), "listen": .string("\(listen)"),
            "process": process.map { .integer(Int64($0)) } ?? .null, "ready": .bool(isReady), "rules": rules,
            "accounts": .array(accounts),
            "last_message": seconds(overview?.lastMessage), "last_sent": seconds(overview?.lastSent),
            "database": .object([
                "path": .string(database), "bytes": .integer(Int64(size)),
                "free": free.map { .integer(Int64($0)) } ?? .null,
            ]),
            "problems": .array(problems.map(JSON.string)),
        ]
        return String(decoding: JSON.object(object).encoded, as: UTF8.self)
    }
}
