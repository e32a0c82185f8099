package import Store

extension Store {
    /// Does what a start can't do without, while another program holds the database for some seconds, as one that makes a
    /// backup does. Each try has waited itself.
    func patiently<Result>(
        _ step: () async throws(StoreError) -> Result
    ) async throws(StoreError) -> Result {
        for _ in 0..<4 {
            do { return try await step() } catch  where error != .busy { throw error } catch {}
        }
        return try await step()
    }
}
