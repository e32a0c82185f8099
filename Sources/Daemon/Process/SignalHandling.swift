import Dispatch
import Foundation
public import ServiceLifecycle
import UnixSignals

/// SIGHUP loads the rules anew, as with other daemons; SIGUSR1 says that the outbox was changed from outside; SIGUSR2
/// has the log say more, or as much as before.
struct SignalHandling: Service {
    let changes: RulesWatch?
    let pipeline: Pipeline
    let toggleDebug: @Sendable () -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await signal in await UnixSignalsSequence(trapping: .sighup, .sigusr1, .sigusr2) {
                switch signal {
                case .sighup: changes?.trigger(by: "SIGHUP")
                case .sigusr1: await pipeline.takeUpOutbox()
                default: toggleDebug()
                }
            }
        }
    }
}
