import ServiceLifecycle
package import Store

extension Store {
    /// Does a step that a start needs. If there is no room for it, it is tried again every second until there is: replyd
    /// answers meanwhile that it can't store anything. If another program holds the database for some seconds, as a backup
    /// does, it is tried five times; each try has waited for the database itself.
    ///
    /// - Throws: The error, if the step can't be done for another reason, or replyd is told to stop.
    func patiently<Result>(
        _ clock: Clock, observe: (DaemonEvent) -> Void, _ step: () async throws(StoreError) -> Result
    ) async throws(StoreError) -> Result {
        var tries = 1
        while true {
            do {
                return try await step()
            } catch  where error == .busy && tries < 5 {
                tries += 1
            } catch  where error == .full || error == .disk {
                observe(.storeFailed(error))
                guard (try? await clock.sleep(clock.uptime() + .seconds(1))) != nil, !Task.isShuttingDownGracefully
                else { throw error }
            }
        }
    }
}
