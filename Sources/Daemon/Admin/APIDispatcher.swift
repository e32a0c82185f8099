import HTTPTypes
import Hummingbird
import JSONText
import NIOCore
import Responder
import Store

/// Runs the calls of the API, each within limits: of places, of its body, of time.
struct APIDispatcher: Sendable {
    /// The largest body, in bytes.
    static let bodyLimit = 64 << 10
    /// The time limit of a call.
    static let timeLimit = Duration.seconds(10)
    /// The number of calls in flight at once, and of further ones that wait for changes.
    static let limit = 16

    private let routes: [APIRoute]
    private let clock: Clock
    private let concurrency = ConcurrencyLimit()
    private let threads = DedicatedThreads("replyd.admin")

    init(routes: [APIRoute], clock: Clock) {
        self.routes = routes
        self.clock = clock
    }

    /// Answers the call at this path.
    ///
    /// - Throws: ``APIError`` if the call is unknown, is asked wrongly, or can't be done.
    func answer(
        _ request: Request, path parts: [Substring], _ context: ConnectionContext, by channel: OperatorAction.Channel
    ) async throws -> Response {
        let (route, values) = try route(request.method, path: parts)
        let kind = route.isWaiting ? "waiting" : ""
        let tooMany = APIError(.tooMany, "too many calls are under way; ask again in a second", retryAfter: 1)
        if concurrency.isFull(kind, limit: Self.limit * 2, share: Self.limit) { throw tooMany }
        var call = APIRequest(path: values, query: try query(of: request, for: route), body: nil, channel: channel)
        if let schema = route.body {
            call.body = try await Self.body(of: request, schema, isOptional: route.isBodyOptional)
        }
        if route.isWaiting { call.disconnection = try? await context.disconnection() }
        // A call takes a place once it has arrived whole: a client can't hold one by sending slowly. Of the clients that
        // send slowly the oldest gives way if there are too many.
        guard let place = concurrency.enter(kind, limit: Self.limit * 2, share: Self.limit) else {
            throw tooMany
        }
        let timeLimit = route.isWaiting ? Self.timeLimit + AdminAPI.longestWait : Self.timeLimit
        let answer = try await run(within: timeLimit) { [call] in
            defer { withExtendedLifetime(place) {} }
            return try await route.run(call).encodedText
        }
        return .json(.ok, encoded: answer)
    }

    /// Returns the page of metrics.
    ///
    /// - Throws: ``APIError`` if two pages are being put together, or if it takes too long.
    func metrics(_ page: @escaping @Sendable () async -> String) async throws -> String {
        guard let place = concurrency.enter("metrics", limit: Self.limit * 2, share: 2) else {
            throw APIError(.tooMany, "metrics are being gathered already; ask again in a second", retryAfter: 1)
        }
        // The page waits for the database twice, each time within a limit of its own, and then does without it.
        return try await run(within: Self.timeLimit * 2) {
            defer { withExtendedLifetime(place) {} }
            return await page()
        }
    }

    private func route(
        _ method: HTTPRequest.Method, path parts: [Substring]
    ) throws -> (APIRoute, values: [String: String]) {
        let matching = routes.compactMap { route in route.values(in: parts).map { (route, $0) } }
        guard !matching.isEmpty else {
            throw APIError(.notFound, "there is no such call; /api/openapi.json describes those there are")
        }
        if let match = matching.first(where: { $0.0.method == method }) { return match }
        let methods = matching.map(\.0.method.rawValue).sorted()
        throw APIError(
            .methodNotAllowed, "use \(methods.joined(separator: " or ")) here", allow: methods.joined(separator: ", "))
    }

    private func query(of request: Request, for route: APIRoute) throws -> [String: String] {
        var query: [String: String] = [:]
        for (name, value) in request.uri.queryParameters { query[String(name)] = String(value) }
        let known = route.parameters.filter { $0.place == .query }.map(\.name)
        if let unknown = query.keys.sorted().first(where: { !known.contains($0) }) {
            let advice = known.isEmpty ? "leave it out" : "known are: \(known.joined(separator: ", "))"
            throw APIError(.badRequest, "'\(unknown)' in the query means nothing here; \(advice)")
        }
        return query
    }

    /// Returns the body of a request; `nil` if it is empty and `isOptional`.
    ///
    /// - Throws: ``APIError`` if it is too large, is no JSON object, or has a member that the schema does not have.
    static func body(of request: Request, _ schema: JSONSchema, isOptional: Bool) async throws -> JSON? {
        let bytes: [UInt8]
        do {
            bytes = Array(try await request.body.collect(upTo: bodyLimit).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw APIError(.bodyTooLarge, "the body is larger than \(bodyLimit >> 10) KiB")
        } catch {
            throw APIError(.badRequest, "the body does not arrive as announced")
        }
        if bytes.isEmpty, isOptional { return nil }
        guard request.mediaType == "application/json" else {
            throw APIError(.notJSON, "the body is JSON, and the content type says so: application/json")
        }
        guard let body = JSON(parsing: bytes), case .object(let members) = body else {
            throw APIError(.badRequest, "the body is a JSON object")
        }
        if case .object(let known)? = schema.json["properties"],
            let unknown = members.keys.sorted().first(where: { known[$0] == nil })
        {
            let names = known.keys.sorted().joined(separator: ", ")
            throw APIError(.badRequest, "'\(unknown.printable)' in the body means nothing here; known are: \(names)")
        }
        return body
    }

    /// Cancels a read that takes too long. A write that takes too long may still be done.
    private func run(
        within timeLimit: Duration, _ work: @escaping @Sendable () async throws -> String
    ) async throws -> String {
        let task = Task(executorPreference: threads) { try await work() }
        do {
            return try await clock.wait(for: timeLimit) { try await task.value }
        } catch is TimeLimitExceeded {
            task.cancel()
            throw APIError(
                .tooSlow, "this takes too long; ask for less, or look whether the disk is slow", retryAfter: 5)
        } catch let error as StoreError {
            throw APIError(.storeFailed, error.description, retryAfter: 5)
        }
    }
}
