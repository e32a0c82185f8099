import Hummingbird

/// The minimum that an HTTP server can do with a webhook: read it and answer 200. Durable ingest is measured against
/// it.
///
///     bare PORT
@main
struct Bare {
    static func main() async throws {
        guard CommandLine.arguments.count == 2, let port = Int(CommandLine.arguments[1]) else {
            print("usage: bare PORT")
            return
        }
        let router = Router()
        router.post("webhook") { request, _ -> HTTPResponse.Status in
            _ = try await request.body.collect(upTo: 256 << 10)
            return .ok
        }
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)))
        try await application.runService()
    }
}
