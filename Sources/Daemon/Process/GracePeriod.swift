import Dispatch
import Foundation
import HTTPTransport
public import Logging
public import Responder
public import ServiceLifecycle
public import Store
import UnixSignals

/// Ends the process if a graceful stop takes longer than ``Daemon/gracePeriod``, whatever holds it up.
struct GracePeriod: Service {
    func run() async throws {
        try await gracefulShutdown()
        let limit = Double(Daemon.gracePeriod.inMilliseconds) / 1000
        DispatchQueue.global().asyncAfter(deadline: .now() + limit) { _exit(0) }
    }
}
