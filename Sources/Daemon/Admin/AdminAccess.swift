import Foundation
import HTTPTypes
import Hummingbird
import Providers
import Responder
import Store

/// Decides who may use the admin port: a request that shows the admin token, or a browser that has logged in with it.
struct AdminAccess: Sendable {
    private static let consoleHeader = HTTPField.Name("X-Replyd")
    private static let siteHeader = HTTPField.Name("Sec-Fetch-Site")

    /// `nil` if the configuration has no token.
    private let gate: TokenGate?
    private let sessions: ConsoleSessions
    private let trustedProxies: [AddressRange]
    private let address: Configuration.Address
    private let wrongTokens: RepeatLimiter
    private let warn: @Sendable (String) -> Void

    init(
        _ configuration: Configuration, address: Configuration.Address, clock: Clock, random: RandomSource,
        warn: @escaping @Sendable (String) -> Void
    ) {
        gate = configuration.adminToken.map { TokenGate($0, clock: clock) }
        sessions = ConsoleSessions(clock: clock, random: random)
        trustedProxies = configuration.trustedProxies
        self.address = address
        wrongTokens = RepeatLimiter(clock: clock)
        self.warn = warn
    }

    /// Returns the token gate.
    ///
    /// - Parameter consequence: What a configuration without a token means for this request.
    /// - Throws: ``APIError`` if the configuration has no token.
    @discardableResult
    func requireToken(_ consequence: String) throws -> TokenGate {
        guard let gate else {
            throw APIError(
                .forbidden, "there is no `admin_token` in the configuration: without one \(consequence)")
        }
        return gate
    }

    /// Returns whether the caller is a tool with the token or a browser with a session.
    ///
    /// - Throws: ``APIError`` if it is neither.
    func authorize(_ request: Request, _ context: ConnectionContext) async throws -> OperatorAction.Channel {
        let gate = try requireToken("there are metrics alone")
        if let shown = request.headers[.authorization] {
            try await check(Self.bearer(shown), gate, request, context)
            return .token
        }
        guard let id = ConsoleCookie.session(of: request, context) else {
            throw APIError(.unauthorized, "show the admin token: 'Authorization: Bearer TOKEN'")
        }
        guard sessions.has(id) else { throw APIError(.unauthorized, "the session is over; log in again") }
        try checkSite(request)
        return .console
    }

    /// Lets a request see the metrics: they are numbers and names of rules and accounts, for everybody who reaches the
    /// port. A page in a browser that has its own name resolved to our address is refused: it reaches us by that name.
    ///
    /// - Throws: ``APIError`` if the request shows a wrong token, or none and an unknown name.
    func authorizeMetrics(_ request: Request, _ context: ConnectionContext) async throws {
        if let shown = request.headers[.authorization] {
            if let gate { try await check(Self.bearer(shown), gate, request, context) }
        } else if !isOurName(request.head.authority) {
            throw APIError(
                .forbidden,
                "ask by address or by a name without dots, or show the admin token: 'Authorization: Bearer TOKEN'")
        }
    }

    /// Begins a session for a browser that shows the token; returns its cookie.
    ///
    /// - Throws: ``APIError`` if the token is wrong.
    func logIn(showing token: String, _ request: Request, _ context: ConnectionContext) async throws -> String {
        try await check(token, try requireToken("nobody can log in"), request, context)
        return cookie(sessions.begin(), for: ConsoleSessions.length, request, context)
    }

    /// Ends the session of a browser; returns the cookie that removes its cookie.
    ///
    /// - Throws: ``APIError`` if another site asks for it.
    func logOut(_ request: Request, _ context: ConnectionContext) throws -> String {
        if let id = ConsoleCookie.session(of: request, context), sessions.has(id) {
            try checkSite(request)
            sessions.logOut(id)
        }
        return cookie("", for: .zero, request, context)
    }

    private func cookie(
        _ value: String, for length: Duration, _ request: Request, _ context: ConnectionContext
    ) -> String {
        let isProxied = context.peer.map(trustedProxies.contains) ?? false
        return ConsoleCookie(
            value: value, length: length, port: context.port,
            isSecure: isProxied && ConsoleCookie.isEncrypted(request)
        ).header
    }

    private func check(
        _ shown: String?, _ gate: TokenGate, _ request: Request, _ context: ConnectionContext
    ) async throws {
        let source = request.source(of: context.peer, behind: trustedProxies) ?? context.peer
        switch await gate.verdict(on: shown, from: source) {
        case .right: return
        case .wrong:
            recordWrongToken()
            throw APIError(.unauthorized, "this is not the admin token")
        case .tooMany:
            recordWrongToken()
            throw APIError(.tooMany, "too many wrong tokens come from this address; try again", retryAfter: 1)
        }
    }

    private func recordWrongToken() {
        guard let count = wrongTokens.record("") else { return }
        warn("\(count == 1 ? "a wrong admin token was" : "\(count) wrong admin tokens were") shown at the admin port")
    }

    /// A browser sends the cookie along with the requests of every page it shows; a change must come from our own.
    private func checkSite(_ request: Request) throws {
        if let site = Self.siteHeader.flatMap({ request.headers[$0] }), !["same-origin", "none"].contains(site) {
            throw APIError(.forbidden, "this comes from a page of somebody else's")
        }
        if request.method == .get { return }
        guard Self.consoleHeader.flatMap({ request.headers[$0] }) == "console" else {
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
        return String(Substring(parts[1]).trimmed)
    }

    private func isOurName(_ authority: String?) -> Bool {
        guard var host = authority else { return true }
        guard host.utf8.isASCII else { return false }
        if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") { host = String(host[..<colon]) }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        return !host.contains(".") || PeerAddress(host) != nil || host == address.host
    }
}
