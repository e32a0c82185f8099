import Dispatch
import Foundation
public import ServiceLifecycle
import UnixSignals

/// Handles signals. SIGHUP loads the rules anew, as with other daemons. SIGUSR1 takes up changes that another program
/// has made to the outbox. SIGUSR2 switches the log to the debug level, or back.
struct SignalHandling: Service {
    let changes: RulesWatch?
    let pipeline: Pipeline
    let toggleDebug: @Sendable () -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await signal in await UnixSignalsSequence(trapping: .sighup, .sigusr1, .sigusr2) {
                switch signal {
                case .sighup: changes?.trigger(by: "SIGHUP")
                case .sigusr1: await pipeline.takeOperatorActions()
                default: toggleDebug()
                }
            }
        }
    }
}
