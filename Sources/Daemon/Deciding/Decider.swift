import Responder
import ServiceLifecycle
import Store

/// Decides what waits in the inbox, whenever it is told that something does.
struct Decider: Service {
    let store: Store
    let rules: CurrentRules
    let policy: DecisionPolicy
    let clock: Clock
    let signal: Signal
    let sender: Sender
    let backlog: Backlog
    let observe: @Sendable (DaemonEvent) -> Void

    func run() async throws {
        // Messages may have been accepted and not decided when replyd last stopped.
        signal.send()
        await withGracefulShutdownHandler {
            var turns = DecidingTurns()
            for await _ in signal.signals { await decideAll(&turns) }
        } onGracefulShutdown: {
            signal.send()
            signal.finish()
        }
    }

    private func decideAll(_ turns: inout DecidingTurns) async {
        while true {
            do {
                let rules = rules.ruleSet
                let (decided, isAll) = try await store.decideWaiting(after: turns, at: clock.now()) {
                    [rules, policy, clock] message, conversation in
                    decide(message, in: conversation, by: rules, policy: policy, at: clock.now())
                }
                turns.note(decided)
                if !decided.isEmpty { CrashPoint.reach(.decided) }
                for one in decided { observe(.decided(one)) }
                sender.add(decided.flatMap(\.entries))
                backlog.remove(decided.map(\.message.account))
                // What came meanwhile has sent a signal of its own.
                if isAll { return backlog.clear() }
            } catch {
                observe(.storeFailed(error))
                // Cancelled: replyd is stopping; what waits is decided at the next start.
                guard (try? await clock.sleep(clock.uptime() + .seconds(1))) != nil else { return }
            }
        }
    }
}
