import Dispatch
import Foundation
public import ServiceLifecycle
import UnixSignals

/// Handles signals. SIGHUP loads the rules anew, as with other daemons. SIGUSR2 switches the log to the debug level, or
/// back.
struct SignalHandling: Service {
    let changes: RulesWatch?
    let toggleDebug: @Sendable () -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await signal in await UnixSignalsSequence(trapping: .sighup, .sigusr2) {
                switch signal {
                case .sighup: changes?.trigger(by: "SIGHUP")
                default: toggleDebug()
                }
            }
        }
    }
}
