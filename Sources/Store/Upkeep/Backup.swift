extension Store {
    /// Copies the database, whole and consistent, to a new file, while a daemon goes on writing. A copy that fails leaves
    /// no file.
    ///
    /// - Throws: ``StoreError`` if the file exists already or can't be created, or if the copy fails.
    public func backup(to path: String) async throws(StoreError) { try await engine.backup(to: path) }
}
