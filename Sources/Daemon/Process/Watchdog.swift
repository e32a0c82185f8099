import Responder
import ServiceLifecycle
import Store

/// Notifies the service manager that replyd is alive, for as long as it is, and that it begins to stop.
struct Watchdog: Service {
    /// The time that it waits before it looks again after the pipeline gave no sign of life.
    private static let pause = Duration.seconds(1)

    let manager: SystemdNotifier
    let storeCheck: StoreCheck
    let clock: Clock

    func run() async throws {
        await cancelWhenGracefulShutdown {
            guard let interval = manager.watchdogInterval else {
                try? await gracefulShutdown()
                return
            }
            do {
                while true {
                    let isAlive = await isAlive
                    if isAlive { manager.alive() }
                    try await clock.sleep(clock.uptime() + (isAlive ? interval / 2 : min(Self.pause, interval / 2)))
                }
            } catch {
                // It is time to stop.
            }
        }
        manager.stopping()
    }

    /// Whether a write goes through the pipeline's one writer and comes back.
    ///
    /// A disk that is full or fails comes back with its error: replyd turns webhooks away, says why and goes on by
    /// itself, and starting it anew would mend nothing.
    private var isAlive: Bool {
        get async {
            do throws(StoreError) {
                _ = try await storeCheck.stoppedAccounts()
                return true
            } catch {
                return error != .slow
            }
        }
    }
}
