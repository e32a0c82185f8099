import Console
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import JSONText
import NIOCore
import Providers
import Responder
import Store

/// Answers the admin port: metrics, API, login and console.
///
/// Whatever it is asked, it takes a bounded number of places, a bounded time, and no part in the pipeline but by the
/// store's readers.
struct AdminResponder: HTTPResponder {
    typealias Context = ConnectionContext

    /// The largest body, in bytes.
    static let bodyLimit = 64 << 10
    /// How long a call may take.
    static let timeLimit = Duration.seconds(10)
    /// How many calls are under way at once, and how many more may wait for changes.
    static let callLimit = 16
    /// What connections to the admin port may take, in bytes.
    static let memoryLimit = 16 << 20
    private static let header = HTTPField.Name("X-Replyd")
    private static let siteHeader = HTTPField.Name("Sec-Fetch-Site")
    private static let protocolHeader = HTTPField.Name("X-Forwarded-Proto")
    private static let forwardedHeader = HTTPField.Name("X-Forwarded-For")
    private static let loginBody = JSONSchema.object(["token": .text])

    let routes: [APIRoute]
    /// The page of metrics.
    let metrics: @Sendable () async -> String
    let sessions: ConsoleSessions
    let clock: Clock
    /// nil where there is no token.
    private let gate: TokenGate?
    private let address: Configuration.Address
    private let trustedProxies: [AddressRange]
    private let document: String
    private let concurrency = ConcurrencyLimit()
    private let threads = DedicatedThreads("replyd.admin")
    private let wrongTokens: RepeatLimiter
    private let warn: @Sendable (String) -> Void
    private let observe: @Sendable (DaemonEvent) -> Void

    init(
        configuration: Configuration, address: Configuration.Address, routes: [APIRoute], clock: Clock,
        random: RandomSource = .system, metrics: @escaping @Sendable () async -> String,
        warn: @escaping @Sendable (String) -> Void, observe: @escaping @Sendable (DaemonEvent) -> Void
    ) {
        self.routes = routes
        self.metrics = metrics
        self.clock = clock
        self.address = address
        self.warn = warn
        self.observe = observe
        sessions = ConsoleSessions(clock: clock, random: random)
        gate = configuration.adminToken.map { TokenGate($0, clock: clock) }
        trustedProxies = configuration.trustedProxies
        wrongTokens = RepeatLimiter(clock: clock)
        let json = OpenAPIDocument(routes: routes, schemas: AdminAPI.schemas).json
        document = json.encodedText
    }

    func respond(to request: Request, context: Context) async throws -> Response {
        var response: Response
        do {
            response = try await answer(request, context)
        } catch let error as APIError {
            response = .failure(error)
        }
        response.headers.append(contentsOf: Self.protection)
        // What customers wrote is kept nowhere; the console's own files are, until they are others.
        if response.headers[.eTag] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }

    /// A page of the console asks nobody else for anything, and nobody shows it in a frame.
    private static let protection: HTTPFields = {
        var fields: HTTPFields = [
            .contentSecurityPolicy:
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
            .xContentTypeOptions: "nosniff",
        ]
        for (name, value) in [
            ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"), ("X-Frame-Options", "DENY"),
        ] {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return fields
    }()

    private func answer(_ request: Request, _ context: Context) async throws -> Response {
        let path = request.uri.path
        switch path {
        case "/metrics":
            try allow(.get, request)
            return try await metrics(request, context)
        case "/login":
            try allow(.post, request)
            return try await logIn(request, context)
        case "/logout":
            try allow(.post, request)
            return try logOut(request, context)
        default: break
        }
        if let file = Self.files[path] {
            try allow(.get, request)
            return file.response(to: request)
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 2, parts[1] == "api" else {
            throw APIError(.notFound, "there is nothing at this address; /api/openapi.json describes the API")
        }
        let channel = try await authorize(request, context)
        if path == "/api/openapi.json" {
            try allow(.get, request)
            return .json(.ok, encoded: document)
        }
        return try await call(request, parts, context, by: channel)
    }

    /// The console, with what tells one version of a file from another.
    private static let files = Console.files.mapValues(TaggedFile.init)

    private struct TaggedFile {
        let type: String
        let content: ByteBuffer
        let tag: String

        init(_ file: Console.File) {
            type = file.type
            content = ByteBuffer(bytes: file.content)
            tag = "\"\(SHA256.hash(data: file.content).prefix(16).map { String(format: "%02x", $0) }.joined())\""
        }

        func response(to request: Request) -> Response {
            let headers: HTTPFields = [.contentType: type, .eTag: tag, .cacheControl: "no-cache"]
            let known = request.headers[.ifNoneMatch] ?? ""
            return known.contains(tag)
                ? Response(status: .notModified, headers: headers)
                : Response(status: .ok, headers: headers, body: .init(byteBuffer: content))
        }
    }

    private func allow(_ method: HTTPRequest.Method, _ request: Request) throws {
        guard request.method == method else {
            throw APIError(.methodNotAllowed, "use \(method.rawValue) here", allow: method.rawValue)
        }
    }

    // MARK: Calls

    private func call(
        _ request: Request, _ parts: [Substring], _ context: Context, by channel: OperatorAction.Channel
    ) async throws -> Response {
        let matching = routes.compactMap { route in route.values(in: parts).map { (route, $0) } }
        guard !matching.isEmpty else {
            throw APIError(.notFound, "there is no such call; /api/openapi.json describes those there are")
        }
        guard let (route, values) = matching.first(where: { $0.0.method == request.method }) else {
            let methods = matching.map(\.0.method.rawValue).sorted()
            throw APIError(
                .methodNotAllowed, "use \(methods.joined(separator: " or ")) here",
                allow: methods.joined(separator: ", "))
        }
        let kind = route.isWaiting ? "waiting" : ""
        let tooMany = APIError(.tooMany, "too many calls are under way; ask again in a second", retryAfter: 1)
        if concurrency.isFull(kind, limit: Self.callLimit * 2, share: Self.callLimit) { throw tooMany }
        var asked = APIRequest(path: values, query: [:], body: nil, channel: channel)
        for (name, value) in request.uri.queryParameters { asked.query[String(name)] = String(value) }
        if let unknown = asked.query.keys.sorted().first(where: { name in
            !route.parameters.contains { $0.place == .query && $0.name == name }
        }) {
            let known = route.parameters.filter { $0.place == .query }.map(\.name).joined(separator: ", ")
            throw APIError(
                .badRequest,
                "'\(unknown)' in the query means nothing here; \(known.isEmpty ? "leave it out" : "known are: \(known)")"
            )
        }
        if let schema = route.body {
            asked.body = try await body(of: request, isOptional: route.isBodyOptional)
            try check(asked.body, knows: schema)
        }
        if route.isWaiting { asked.disconnection = try? await context.disconnection() }
        // Only who has said everything takes a place: nobody can hold one by speaking slowly. Of those that speak slowly
        // the oldest gives way where there are too many.
        guard let place = concurrency.enter(kind, limit: Self.callLimit * 2, share: Self.callLimit) else {
            throw tooMany
        }
        let timeLimit = route.isWaiting ? Self.timeLimit + AdminAPI.longestWait : Self.timeLimit
        let answer = try await inTime(timeLimit) { [asked] in
            defer { withExtendedLifetime(place) {} }
            return try await route.run(asked).encodedText
        }
        return .json(.ok, encoded: answer)
    }

    private func check(_ body: JSON?, knows schema: JSONSchema) throws {
        guard case .object(let members)? = body, case .object(let known)? = schema.json["properties"],
            let unknown = members.keys.sorted().first(where: { known[$0] == nil })
        else { return }
        let names = known.keys.sorted().joined(separator: ", ")
        throw APIError(.badRequest, "'\(unknown.printable)' in the body means nothing here; known are: \(names)")
    }

    /// What takes too long to read is called off; what is being written may still be written.
    private func inTime(
        _ timeLimit: Duration, _ work: @escaping @Sendable () async throws -> String
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

    private func body(of request: Request, isOptional: Bool) async throws -> JSON? {
        let bytes: [UInt8]
        do {
            bytes = Array(try await request.body.collect(upTo: Self.bodyLimit).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw APIError(.bodyTooLarge, "the body is larger than \(Self.bodyLimit >> 10) KiB")
        } catch {
            throw APIError(.badRequest, "the body does not arrive as announced")
        }
        if bytes.isEmpty, isOptional { return nil }
        let type = request.headers[.contentType].flatMap { $0.utf8.isASCII ? $0 : nil }
        let media = type?.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        guard media == "application/json" else {
            throw APIError(.notJSON, "the body is JSON, and the content type says so: application/json")
        }
        guard let json = JSON(parsing: bytes), case .object = json else {
            throw APIError(.badRequest, "the body is a JSON object")
        }
        return json
    }

    // MARK: Who may

    /// Whoever shows the token, or has logged in with it.
    private func authorize(_ request: Request, _ context: Context) async throws -> OperatorAction.Channel {
        guard let gate else {
            throw APIError(
                .forbidden, "there is no `admin_token` in the configuration: without one there are metrics alone")
        }
        if let shown = request.headers[.authorization] {
            try await check(Self.bearer(shown), gate, request, context)
            return .token
        }
        guard let id = Self.session(request, context) else {
            throw APIError(.unauthorized, "show the admin token: 'Authorization: Bearer TOKEN'")
        }
        guard sessions.has(id) else { throw APIError(.unauthorized, "the session is over; log in again") }
        try checkSite(request)
        return .console
    }

    /// Throws where that is not the token.
    private func check(_ shown: String?, _ gate: TokenGate, _ request: Request, _ context: Context) async throws {
        let forwarded = Self.forwardedHeader.map { request.headers[values: $0] } ?? []
        let source = trustedProxies.source(behind: context.peer, forwarded: forwarded) ?? context.peer
        switch await gate.verdict(on: shown, from: source) {
        case .right: return
        case .wrong:
            noteWrongToken()
            throw APIError(.unauthorized, "this is not the admin token")
        case .tooMany:
            noteWrongToken()
            throw APIError(.tooMany, "too many wrong tokens come from this address; try again", retryAfter: 1)
        }
    }

    /// A browser sends the cookie along whoever's page it is that asks; what changes something must come from ours.
    private func checkSite(_ request: Request) throws {
        if let site = Self.siteHeader.flatMap({ request.headers[$0] }), !["same-origin", "none"].contains(site) {
            throw APIError(.forbidden, "this comes from a page of somebody else's")
        }
        if request.method == .get { return }
        guard Self.header.flatMap({ request.headers[$0] }) == "console" else {
            throw APIError(.forbidden, "a session changes things only with the header 'X-Replyd: console'")
        }
        guard let origin = request.headers[.origin] else { return }
        let host = origin.split(separator: "/", omittingEmptySubsequences: false).dropFirst(2).first.map(String.init)
        guard let host, host == request.head.authority else {
            throw APIError(.forbidden, "this comes from a page of somebody else's")
        }
    }

    private static func bearer(_ shown: String) -> String? {
        let parts = shown.utf8.split(separator: UInt8(ascii: " "), maxSplits: 1)
        guard parts.count == 2, parts[0].isASCII, Substring(parts[0]).lowercased() == "bearer" else { return nil }
        return Substring(parts[1]).trimmingCharacters(in: .whitespaces)
    }

    private func noteWrongToken() {
        guard let count = wrongTokens.record("") else { return }
        warn("\(count == 1 ? "a wrong admin token was" : "\(count) wrong admin tokens were") shown at the admin port")
    }

    // MARK: Sessions

    private func logIn(_ request: Request, _ context: Context) async throws -> Response {
        guard let gate else {
            throw APIError(.forbidden, "there is no `admin_token` in the configuration: without one nobody can log in")
        }
        let body = try await body(of: request, isOptional: false)
        try check(body, knows: Self.loginBody)
        guard case .string(let shown)? = body?["token"] else {
            throw APIError(.badRequest, "'token' in the body is a text")
        }
        try await check(shown, gate, request, context)
        observe(.operatorAction(OperatorAction(.loggedIn, by: .console)))
        let seconds = ConsoleSessions.length.components.seconds
        return .json(.ok, .object([:]), [.setCookie: cookie(sessions.begin(), age: seconds, request, context)])
    }

    private func logOut(_ request: Request, _ context: Context) throws -> Response {
        if let id = Self.session(request, context), sessions.has(id) {
            try checkSite(request)
            sessions.logOut(id)
        }
        return .json(.ok, .object([:]), [.setCookie: cookie("", age: 0, request, context)])
    }

    /// Browsers do not tell ports apart: another replyd of the same machine has a cookie of its own.
    private static func cookieName(_ context: Context) -> String { "replyd_session_\(context.port ?? 0)" }

    private func cookie(_ value: String, age: Int64, _ request: Request, _ context: Context) -> String {
        let isProxied = context.peer.map(trustedProxies.contains) ?? false
        let scheme = Self.protocolHeader.flatMap { request.headers[$0] }
        let isSecure = isProxied && scheme == "https"
        let attributes = "Path=/; HttpOnly; SameSite=Strict; Max-Age=\(age)\(isSecure ? "; Secure" : "")"
        return "\(Self.cookieName(context))=\(value); \(attributes)"
    }

    private static func session(_ request: Request, _ context: Context) -> String? {
        let name = cookieName(context)
        for field in request.headers[values: .cookie] {
            for pair in field.utf8.split(separator: UInt8(ascii: ";")) where pair.isASCII {
                let parts = Substring(pair).split(separator: "=", maxSplits: 1)
                if parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name { return String(parts[1]) }
            }
        }
        return nil
    }

    // MARK: Metrics

    /// Numbers and names of rules and accounts, for whoever reaches the port. A page in a browser that has its own name
    /// resolved to our address does not: it would reach us by that name.
    private func metrics(_ request: Request, _ context: Context) async throws -> Response {
        if let shown = request.headers[.authorization] {
            if let gate { try await check(Self.bearer(shown), gate, request, context) }
        } else if !isOurName(request.head.authority) {
            throw APIError(
                .forbidden,
                "ask by address or by a name without dots, or show the admin token: 'Authorization: Bearer TOKEN'")
        }
        guard let place = concurrency.enter("metrics", limit: Self.callLimit * 2, share: 2) else {
            throw APIError(.tooMany, "metrics are being gathered already; ask again in a second", retryAfter: 1)
        }
        // The page waits for the database by itself, twice, and does without it.
        let page = try await inTime(Self.timeLimit * 2) { [metrics] in
            defer { withExtendedLifetime(place) {} }
            return await metrics()
        }
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: page)))
    }

    private func isOurName(_ authority: String?) -> Bool {
        guard var host = authority else { return true }
        guard host.utf8.isASCII else { return false }
        if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") { host = String(host[..<colon]) }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        return !host.contains(".") || PeerAddress(host) != nil || host == address.host
    }
}

extension Response {
    fileprivate static func failure(_ error: APIError) -> Response {
        var headers: HTTPFields = [:]
        if let allow = error.allow { headers[.allow] = allow }
        if error.code == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
        if let seconds = error.retryAfter { headers[.retryAfter] = "\(seconds)" }
        // What was not read of the body must not be taken for the next request.
        if error.code == .bodyTooLarge { headers[.connection] = "close" }
        return .json(error.code.status, error.json, headers)
    }
}
