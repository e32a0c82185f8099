package import Store

extension Store {
    /// Does a step that a start needs, trying again if another program holds the database for some seconds, as a backup
    /// does. Each try has waited for the database itself.
    ///
    /// - Throws: The error of the last of five tries, or at once any error but `StoreError.busy`.
    func patiently<Result>(
        _ step: () async throws(StoreError) -> Result
    ) async throws(StoreError) -> Result {
        for _ in 0..<4 {
            do { return try await step() } catch  where error != .busy { throw error } catch {}
        }
        return try await step()
    }
}
