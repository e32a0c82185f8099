import Responder
import ServiceLifecycle
import Store

/// Deletes what is older than the configuration wants kept: once after the start and then once a day, little by little.
struct RetentionKeeper: Service {
    private static let firstAfter = Duration.minutes(1)
    private static let interval = Duration.days(1)
    /// Between batches, so that webhooks come first.
    private static let breath = Duration.milliseconds(50)

    let store: Store
    let retention: Duration
    let clock: Clock
    let observe: @Sendable (DaemonEvent) -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var next = clock.uptime() + Self.firstAfter
            while true {
                guard (try? await clock.sleep(next)) != nil else { return }
                await deleteOld()
                next = clock.uptime() + Self.interval
            }
        }
    }

    private func deleteOld() async {
        var start: Int64? = 0
        while let from = start {
            do {
                start = try await store.deleteOld(before: clock.now() - retention, from: from)
            } catch {
                return observe(.storeFailed(error))
            }
            guard (try? await clock.sleep(clock.uptime() + Self.breath)) != nil else { return }
        }
    }
}
