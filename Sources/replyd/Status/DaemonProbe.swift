import Daemon
import Foundation
import HTTPTransport
import JSONText
import Providers

/// What answers where the daemon is to listen.
enum DaemonProbe: Sendable, Equatable {
    /// A replyd, and what `/readyz` says of it.
    case replyd(Readiness)
    /// Some other program.
    case stranger
    /// Nobody, for that reason.
    case nobody(String)
    /// The system chooses the port at each start: nobody knows where to ask.
    case unknownPort

    /// What `/readyz` says.
    struct Readiness: Sendable, Equatable {
        /// Why nothing can be stored; nil where it can.
        var storeFailure: String?
        var revision = ""
        var ruleCount = 0
        /// How many errors there are in changed rules, which are not in use therefore.
        var errors = 0
        /// The accounts that it was started with.
        var accounts: Set<String> = []
    }

    /// Asks a daemon that is to listen there.
    init(_ address: Configuration.Address, _ transport: HTTPTransport) async {
        guard address.port != 0 else {
            self = .unknownPort
            return
        }
        let origin = "http://\(address.reachable)"
        do throws(TransportError) {
            // Longer than replyd lets anybody wait for a disk that does not answer.
            let readiness = try await transport.get("\(origin)/readyz", timeout: .seconds(10))
            guard let json = JSON(parsing: readiness.body), let store = json["store"]?.text, let rules = json["rules"]
            else {
                self = .stranger
                return
            }
            var accounts: [JSON] = []
            if case .array(let all) = json["accounts"] { accounts = all }
            self = .replyd(
                Readiness(
                    storeFailure: store == "ok" ? nil : store, revision: rules["revision"]?.text ?? "",
                    ruleCount: Int(rules["count"]?.integer ?? 0),
                    errors: Int(rules["refused"]?["errors"]?.integer ?? 0),
                    accounts: Set(accounts.compactMap { $0["number"]?.text })))
        } catch {
            self = .nobody(error.text)
        }
    }

    /// Whether a daemon that is to listen there answers at all, ready or not.
    static func isAlive(_ address: Configuration.Address, _ transport: HTTPTransport) async -> Bool {
        let answer = try? await transport.get("http://\(address.reachable)/healthz", timeout: .seconds(5))
        return answer?.status == 200
    }
}

extension Configuration.Address {
    /// Where this machine reaches what listens there.
    fileprivate var reachable: Configuration.Address {
        switch host {
        case "0.0.0.0": Configuration.Address(host: "127.0.0.1", port: port)
        case "::": Configuration.Address(host: "::1", port: port)
        default: self
        }
    }
}
