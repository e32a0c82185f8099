import Hummingbird
import Logging
import NIOCore
import Synchronization

/// A link of the business that records what is posted to it and answers as told.
final class BusinessLink: Sendable {
    private final class State: Sendable {
        let posts = Mutex<[String]>([])
        let statuses: Mutex<[Int]>

        init(_ statuses: [Int]) { self.statuses = Mutex(statuses) }
    }

    private let state: State
    private let task: Task<Void, any Error>
    let port: Int

    /// Answers with these statuses, one after another, then with 200; or never, if it `hangs`.
    init(answering statuses: [Int] = [], hangs: Bool = false) async throws {
        let state = State(statuses)
        let (ports, announce) = AsyncStream<Int>.makeStream()
        let router = Router()
        router.post("/**") { request, _ in
            let body = try await request.body.collect(upTo: 1 << 20)
            state.posts.withLock { $0.append(String(buffer: body)) }
            if hangs { try await Task.sleep(for: .seconds(3600)) }
            let status = state.statuses.withLock { $0.isEmpty ? 200 : $0.removeFirst() }
            return HTTPResponse.Status(code: status)
        }
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { announce.yield($0.localAddress?.port ?? 0) },
            logger: Logger(label: "box", factory: { _ in SwiftLogNoOpLogHandler() }))
        task = Task { try await application.run() }
        var iterator = ports.makeAsyncIterator()
        port = await iterator.next() ?? 0
        self.state = state
    }

    deinit { task.cancel() }

    /// The bodies that were posted so far.
    var posts: [String] { state.posts.withLock { $0 } }
}
