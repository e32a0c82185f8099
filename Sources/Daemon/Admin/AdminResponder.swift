import HTTPTypes
import Hummingbird
import JSONText
import NIOCore
import Responder
import Store

/// Answers the admin port: metrics, API, login and console.
///
/// A request takes a bounded number of places and a bounded time, and reads through the store's readers: the pipeline
/// does not wait for it.
struct AdminResponder: HTTPResponder {
    typealias Context = ConnectionContext

    /// The memory for all connections to the admin port, in bytes.
    static let memoryLimit = 16 << 20
    private static let loginBody = JSONSchema.object(["token": .text])

    /// Returns the page of metrics.
    let metrics: @Sendable () async -> String
    private let access: AdminAccess
    private let calls: APIDispatcher
    private let document: String
    private let observe: @Sendable (DaemonEvent) -> Void

    init(
        configuration: Configuration, address: Configuration.Address, routes: [APIRoute], clock: Clock,
        random: RandomSource = .system, metrics: @escaping @Sendable () async -> String,
        warn: @escaping @Sendable (String) -> Void, observe: @escaping @Sendable (DaemonEvent) -> Void
    ) {
        self.metrics = metrics
        self.observe = observe
        access = AdminAccess(configuration, address: address, clock: clock, random: random, warn: warn)
        calls = APIDispatcher(routes: routes, clock: clock)
        document = OpenAPIDocument(routes: routes, schemas: AdminAPI.schemas).json.encodedText
    }

    func respond(to request: Request, context: Context) async throws -> Response {
        var response: Response
        do {
            response = try await answer(request, context)
        } catch let error as APIError {
            response = .failure(error)
        }
        response.headers.append(contentsOf: ConsoleFile.protection)
        // Customers' words are kept by no browser; the console's own files are, until they change.
        if response.headers[.eTag] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }

    private func answer(_ request: Request, _ context: Context) async throws -> Response {
        let path = request.uri.path
        switch path {
        case "/metrics":
            try allow(.get, request)
            return try await showMetrics(request, context)
        case "/login":
            try allow(.post, request)
            return try await logIn(request, context)
        case "/logout":
            try allow(.post, request)
            return try logOut(request, context)
        default: break
        }
        if let file = ConsoleFile.all[path] {
            try allow(.get, request)
            return file.response(to: request)
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 2, parts[1] == "api" else {
            throw APIError(.notFound, "there is nothing at this address; /api/openapi.json describes the API")
        }
        let channel = try await access.authorize(request, context)
        if path == "/api/openapi.json" {
            try allow(.get, request)
            return .json(.ok, encoded: document)
        }
        return try await calls.answer(request, path: parts, context, by: channel)
    }

    private func allow(_ method: HTTPRequest.Method, _ request: Request) throws {
        guard request.method == method else {
            throw APIError(.methodNotAllowed, "use \(method.rawValue) here", allow: method.rawValue)
        }
    }

    // MARK: Sessions

    private func logIn(_ request: Request, _ context: Context) async throws -> Response {
        try access.requireToken("nobody can log in")
        let body = try await APIDispatcher.body(of: request, Self.loginBody, isOptional: false)
        guard case .string(let shown)? = body?["token"] else {
            throw APIError(.badRequest, "'token' in the body is a text")
        }
        let cookie = try await access.logIn(showing: shown, request, context)
        observe(.operatorAction(OperatorAction(.loggedIn, by: .console)))
        return .json(.ok, .object([:]), [.setCookie: cookie])
    }

    private func logOut(_ request: Request, _ context: Context) throws -> Response {
        .json(.ok, .object([:]), [.setCookie: try access.logOut(request, context)])
    }

    // MARK: Metrics

    private func showMetrics(_ request: Request, _ context: Context) async throws -> Response {
        try await access.authorizeMetrics(request, context)
        let page = try await calls.metrics { [metrics] in await metrics() }
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: page)))
    }
}

extension Response {
    fileprivate static func failure(_ error: APIError) -> Response {
        var headers: HTTPFields = [:]
        if let allow = error.allow { headers[.allow] = allow }
        if error.code == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
        if let seconds = error.retryAfter { headers[.retryAfter] = "\(seconds)" }
        // The rest of an unread body must not be taken for the next request.
        if error.code == .bodyTooLarge { headers[.connection] = "close" }
        return .json(error.code.status, error.json, headers)
    }
}
