/// The console: files that a browser gets from the admin server without showing anything, for nothing in them is secret.
/// What they show they ask of the API.
enum ConsolePage {
    struct File: Sendable {
        var type: String
        var content: String
    }

    /// By path.
    static let files: [String: File] = [:]
}
