import Foundation
import HTTPTypes
import Hummingbird
import JSONText
import NIOCore
import Providers
import Responder
import Store

/// Answers the webhook port: `POST /webhook/{account}`, `GET /healthz`, `GET /readyz`.
///
/// A webhook gets its 200 once its event is on disk, and not before.
struct WebhookResponder: HTTPResponder {
    typealias Context = ConnectionContext

    /// The largest body of most webhooks, in bytes; those of some providers are larger (``Provider/webhookLimit``).
    static let bodyLimit = 256 << 10
    /// The time limit for storing a webhook: the providers hang up after five seconds.
    static let timeLimit = Duration.milliseconds(4500)
    private static let keyHeader = HTTPField.Name("X-Webhook-Key")
    private static let signatureHeader = HTTPField.Name(WebhookSignature.header)

    /// The body of each result, made once: it is the same for every webhook.
    private static let results = Dictionary(
        uniqueKeysWithValues: IntakeResult.Kind.allCases.map { kind in
            (kind, JSON.object(["result": .string(kind.rawValue)]).encodedText)
        })

    private let entrances: [String: WebhookEntrance]
    let trustedProxies: [AddressRange]
    let intake: WebhookIntake
    let readiness: @Sendable () async -> Readiness
    private let concurrencyLimit: Int
    /// The share of each account in the webhooks that may be in flight.
    private let share: Int
    private let concurrency = ConcurrencyLimit()
    /// The number of bodies beyond ``bodyLimit`` that may be in flight.
    private let largeLimit: Int
    private let largeBodies = ConcurrencyLimit()
    private let timeLimit: TimeLimit
    private let turnedAway: RepeatLimiter
    private let unusable: UnusableWebhookCheck

    init(
        configuration: Configuration, intake: WebhookIntake, readiness: @escaping @Sendable () async -> Readiness
    ) {
        entrances = WebhookEntrance.all(configuration.accounts)
        trustedProxies = configuration.trustedProxies
        self.intake = intake
        timeLimit = TimeLimit(Self.timeLimit, clock: intake.clock)
        turnedAway = RepeatLimiter(clock: intake.clock)
        unusable = UnusableWebhookCheck(
            authorizers: entrances.mapValues(\.authorizer), repeats: RepeatLimiter(clock: intake.clock),
            observe: intake.observe)
        self.readiness = readiness
        concurrencyLimit = configuration.webhookConcurrency
        // Read, such a body takes many times its size.
        largeLimit = min(max(configuration.memoryLimit / (64 << 20), 1), 8)
        share = max(1, configuration.webhookConcurrency / max(1, configuration.accounts.count))
    }

    func respond(to request: Request, context: Context) async throws -> Response {
        let path = request.uri.path
        if let number = path.split(separator: "/", omittingEmptySubsequences: false).onlyWebhook {
            guard let entrance = entrances[number] else {
                guard request.method == .post else { return .refusal(.methodNotAllowed, "use POST", [.allow: "POST"]) }
                intake.observe(.refused(account: nil, .unknownAccount))
                unusable.check(request, key: key(of: request))
                return .refusal(.notFound, "there is no such account here")
            }
            if request.method == .get, entrance.isSigned { return verify(request, entrance) }
            guard request.method == .post else { return .refusal(.methodNotAllowed, "use POST", [.allow: "POST"]) }
            return await webhook(request, to: entrance, context)
        }
        guard ["/healthz", "/readyz"].contains(path) else {
            unusable.check(request, key: key(of: request))
            return .refusal(.notFound, "there is nothing here; webhooks go to /webhook/ACCOUNT")
        }
        guard request.method == .get || request.method == .head else {
            return .refusal(.methodNotAllowed, "use GET", [.allow: "GET, HEAD"])
        }
        switch path {
        case "/healthz":
            return .text(.ok, "ok")
        default:
            let readiness = await readiness()
            return .json(readiness.isReady ? .ok : .serviceUnavailable, readiness.json)
        }
    }

    private func webhook(_ request: Request, to entrance: WebhookEntrance, _ context: Context) async -> Response {
        let name = entrance.name
        func refuse(
            _ refusal: WebhookRefusal, _ status: HTTPResponse.Status, _ why: String, _ headers: HTTPFields = [:]
        ) -> Response {
            intake.observe(.refused(account: name, refusal))
            return .refusal(status, why, headers)
        }
        var accounts = entrance.accounts
        if accounts.contains(where: { !$0.allowFrom.isEmpty }) {
            let source = request.source(of: context.peer, behind: trustedProxies)
            accounts = accounts.filter { account in
                account.allowFrom.isEmpty || source.map(account.allowFrom.contains) ?? false
            }
            if accounts.isEmpty {
                let address = source.map { "\($0)" } ?? "an unknown address"
                return unauthorized(
                    entrance, "webhooks from this address are not allowed",
                    because: "webhooks from \(address) are not allowed")
            }
        }
        guard entrance.authorizer.admits(key(of: request)) else {
            return unauthorized(entrance, "the key is wrong or missing")
        }
        guard request.isJSON else {
            // Whether a signature is right is not known yet.
            if !entrance.isSigned { unusable.report(name, "its content type must be application/json") }
            return refuse(.notJSON, .unsupportedMediaType, "the content type must be application/json")
        }
        if !entrance.isSigned, intake.isFull(name) {
            return refuse(
                .full, .serviceUnavailable, "too many answers of this account are waiting to be sent",
                [.retryAfter: "30"])
        }
        func tooMany() -> Response {
            refuse(.tooMany, .tooManyRequests, "too many webhooks at once", [.retryAfter: "1"])
        }
        if concurrency.isFull(name, limit: concurrencyLimit, share: share) { return tooMany() }
        let limit = entrance.provider.webhookLimit
        let time = intake.decider.time
        let begin = intake.clock.uptime()
        let spent = time.spent(at: begin)
        do {
            // A webhook takes a place once its body has arrived: no client can hold one by sending slowly.
            let body = try await body(of: request, limit: limit)
            guard let place = concurrency.enter(name, limit: concurrencyLimit, share: share) else { return tooMany() }
            let signature = Self.signatureHeader.flatMap { request.headers[$0] }
            guard let lines = entrance.lines(of: body, signature: signature, among: accounts) else {
                return unauthorized(entrance, "the signature is wrong or missing")
            }
            var largePlace: ConcurrencyLimit.Place?
            if body.count > Self.bodyLimit {
                // Only who has signed takes such a place: a stranger who sends slowly would hold it.
                guard let place = largeBodies.enter(name, limit: largeLimit, share: largeLimit) else {
                    return tooMany()
                }
                largePlace = place
            }
            let places = (place, largePlace)
            let (result, complaints) = try await timeLimit.wait { [intake] in
                // The place is taken until the disk is done, however long that takes, so that the webhooks that wait
                // stay bounded.
                defer { withExtendedLifetime(places) {} }
                return try await intake.take(body, from: entrance.provider, of: lines)
            }
            for complaint in complaints { unusable.report(lines.home, complaint) }
            return .json(.ok, encoded: Self.results[result] ?? "{}")
        } catch is TimeLimitExceeded {
            // The provider delivers it again; if it was stored after all, that is a duplicate.
            let end = intake.clock.uptime()
            intake.observe(.storeFailed(time.cause(of: end - begin, spentBefore: spent, at: end)))
            return refuse(
                .storeFailed, .serviceUnavailable, "the event can't be stored at the moment", [.retryAfter: "5"])
        } catch is WebhookIntake.Full {
            return refuse(
                .full, .serviceUnavailable, "too many answers of an account are waiting to be sent",
                [.retryAfter: "30"])
        } catch is NIOTooManyBytesError {
            if !entrance.isSigned { unusable.report(name, "its body is larger than \(limit >> 10) KiB") }
            return refuse(
                .tooLarge, .contentTooLarge, "the body is larger than \(limit >> 10) KiB", [.connection: "close"])
        } catch is BrokenBody {
            return refuse(.brokenOff, .badRequest, "the body does not arrive as announced", [.connection: "close"])
        } catch let error as WebhookEvent.ParseError {
            unusable.report(name, error.description)
            return refuse(.invalid, .badRequest, error.description)
        } catch {
            return refuse(
                .storeFailed, .serviceUnavailable, "the event can't be stored at the moment", [.retryAfter: "5"])
        }
    }

    /// Answers a provider that finds out whether an address is ours: with its challenge, if it shows our word.
    private func verify(_ request: Request, _ entrance: WebhookEntrance) -> Response {
        let query = request.uri.queryParameters
        guard query["hub.mode"] == "subscribe", let word = query["hub.verify_token"],
            let challenge = query["hub.challenge"], challenge.utf8.count <= 1024
        else { return .refusal(.methodNotAllowed, "use POST", [.allow: "POST"]) }
        guard entrance.isVerified(by: String(word)) else {
            _ = unauthorized(entrance, "the verify token is wrong")
            return .refusal(.forbidden, "the verify token is wrong")
        }
        return .exactly(String(challenge))
    }

    private func key(of request: Request) -> String? {
        Self.keyHeader.flatMap { request.headers[$0] } ?? request.uri.queryParameters["key"].map(String.init)
    }

    /// Refuses a webhook with 401.
    ///
    /// - Parameter because: The reason in the log, if that is more than the caller may know.
    private func unauthorized(_ entrance: WebhookEntrance, _ why: String, because: String? = nil) -> Response {
        let account = entrance.name
        intake.observe(.refused(account: account, .unauthorized))
        if let count = turnedAway.record(account) {
            intake.observe(
                .turnedAway(
                    TurnedAwayWebhooks(account: account, because: because ?? why, remedy: entrance.remedy, count: count)
                ))
        }
        return .refusal(.unauthorized, why)
    }

    private struct BrokenBody: Error {}

    /// Returns the body of a request.
    ///
    /// - Throws: `NIOTooManyBytesError` if it is too large, ``BrokenBody`` if it ends early or is chunked wrongly.
    private func body(of request: Request, limit: Int) async throws -> [UInt8] {
        if request.announcedLength > limit { throw NIOTooManyBytesError(maxBytes: limit) }
        // What comes in parts of no announced length is no large batch.
        let limit = request.announcedLength > Self.bodyLimit ? limit : Self.bodyLimit
        do {
            return Array(try await request.body.collect(upTo: limit).readableBytesView)
        } catch let error as NIOTooManyBytesError {
            throw error
        } catch {
            throw BrokenBody()
        }
    }
}

extension [Substring] {
    /// The account of `/webhook/{account}`, with or without a slash behind it; `nil` for any other path.
    fileprivate var onlyWebhook: String? {
        let isWhole = count == 3 || count == 4 && self[3].isEmpty
        return isWhole && self[0].isEmpty && self[1] == "webhook" && !self[2].isEmpty ? String(self[2]) : nil
    }
}

extension Request {
    /// The length that the request says its body has, in bytes; 0 if it says nothing.
    fileprivate var announcedLength: Int { headers[.contentLength].flatMap { Int($0) } ?? 0 }

    /// Whether the content type is JSON. The providers do not document the content type that they send, so a request
    /// without one is taken for JSON.
    fileprivate var isJSON: Bool {
        guard let type = headers[.contentType], !type.isEmpty else { return true }
        return mediaType.map { $0 == "application/json" || $0.hasSuffix("+json") && $0.contains("/") } ?? false
    }
}
