import Daemon
import Foundation
import HTTPTransport
import JSONText
import Providers

/// The kind of program that answers at the address on which the daemon is to listen.
enum DaemonProbe: Sendable, Equatable {
    /// A replyd, with the answer of its `/readyz`.
    case replyd(Readiness)
    /// Another program.
    case stranger
    /// No program, for this reason.
    case nobody(String)
    /// An unknown port: the system chooses it at each start, so there is no address to ask.
    case unknownPort

    /// The answer of `/readyz`.
    struct Readiness: Sendable, Equatable {
        /// The reason why nothing can be stored; `nil` if the store works.
        var storeFailure: String?
        var revision = ""
        var ruleCount = 0
        /// The number of errors in changed rules, which are therefore not in use.
        var errors = 0
        /// The accounts with which the daemon was started.
        var accounts: Set<String> = []
    }

    /// Asks the daemon that is to listen at `address`.
    init(_ address: Configuration.Address, _ transport: HTTPTransport) async {
        guard address.port != 0 else {
            self = .unknownPort
            return
        }
        let origin = "http://\(address.reachable)"
        do throws(TransportError) {
            // Longer than the time limit of replyd for a disk that does not answer.
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

    /// Whether a daemon answers at `address` at all, ready or not.
    static func isAlive(_ address: Configuration.Address, _ transport: HTTPTransport) async -> Bool {
        let answer = try? await transport.get("http://\(address.reachable)/healthz", timeout: .seconds(5))
        return answer?.status == 200
    }
}

extension Configuration.Address {
    /// The address at which this machine reaches a program that listens on this one.
    fileprivate var reachable: Configuration.Address {
        switch host {
        case "0.0.0.0": Configuration.Address(host: "127.0.0.1", port: port)
        case "::": Configuration.Address(host: "::1", port: port)
        default: self
        }
    }
}
