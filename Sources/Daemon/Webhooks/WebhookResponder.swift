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

    /// The largest body, in bytes.
    static let bodyLimit = 256 << 10
    /// The time limit for storing a webhook: the providers hang up after five seconds.
    static let timeLimit = Duration.milliseconds(4500)
    private static let keyHeader = HTTPField.Name("X-Webhook-Key")

    /// The body of each result, made once: it is the same for every webhook.
    private static let results = Dictionary(
        uniqueKeysWithValues: IntakeResult.Kind.allCases.map { kind in
            (kind, JSON.object(["result": .string(kind.rawValue)]).encodedText)
        })

    let accounts: [String: (configuration: Configuration.Account, authorizer: WebhookAuthorizer)]
    let trustedProxies: [AddressRange]
    let intake: WebhookIntake
    let readiness: @Sendable () async -> Readiness
    private let concurrencyLimit: Int
    /// The share of each account in the webhooks that may be in flight.
    private let share: Int
    private let concurrency = ConcurrencyLimit()
    private let timeLimit: TimeLimit
    private let turnedAway: RepeatLimiter
    private let unusable: UnusableWebhookCheck

    init(
        configuration: Configuration, intake: WebhookIntake, readiness: @escaping @Sendable () async -> Readiness
    ) {
        accounts = Dictionary(
            uniqueKeysWithValues: configuration.accounts.map {
                ($0.number, ($0, WebhookAuthorizer($0.webhookSecret)))
            }
        )
        trustedProxies = configuration.trustedProxies
        self.intake = intake
        timeLimit = TimeLimit(Self.timeLimit, clock: intake.clock)
        turnedAway = RepeatLimiter(clock: intake.clock)
        unusable = UnusableWebhookCheck(
            authorizers: accounts.mapValues(\.authorizer), repeats: RepeatLimiter(clock: intake.clock),
            observe: intake.observe)
        self.readiness = readiness
        concurrencyLimit = configuration.webhookConcurrency
        share = max(1, configuration.webhookConcurrency / max(1, configuration.accounts.count))
    }

    func respond(to request: Request, context: Context) async throws -> Response {
        let path = request.uri.path
        if let number = path.split(separator: "/", omittingEmptySubsequences: false).onlyWebhook {
            guard request.method == .post else { return .refusal(.methodNotAllowed, "use POST", [.allow: "POST"]) }
            return await webhook(request, account: number, context)
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

    private func webhook(_ request: Request, account number: String, _ context: Context) async -> Response {
        guard let account = accounts[number] else {
            intake.observe(.refused(account: nil, .unknownAccount))
            unusable.check(request, key: key(of: request))
            return .refusal(.notFound, "there is no such account here")
        }
        func refuse(
            _ refusal: WebhookRefusal, _ status: HTTPResponse.Status, _ why: String, _ headers: HTTPFields = [:]
        ) -> Response {
            intake.observe(.refused(account: number, refusal))
            return .refusal(status, why, headers)
        }
        let allowed = account.configuration.allowFrom
        if !allowed.isEmpty {
            let source = request.source(of: context.peer, behind: trustedProxies)
            guard let source, allowed.contains(source) else {
                let address = source.map { "\($0)" } ?? "an unknown address"
                return unauthorized(
                    number, "webhooks from this address are not allowed",
                    because: "webhooks from \(address) are not allowed")
            }
        }
        guard account.authorizer.admits(key(of: request)) else {
            return unauthorized(number, "the key is wrong or missing")
        }
        guard request.isJSON else {
            unusable.report(number, "its content type must be application/json")
            return refuse(.notJSON, .unsupportedMediaType, "the content type must be application/json")
        }
        if intake.isFull(number) {
            return refuse(
                .full, .serviceUnavailable, "too many answers of this account are waiting to be sent",
                [.retryAfter: "30"])
        }
        func tooMany() -> Response {
            refuse(.tooMany, .tooManyRequests, "too many webhooks at once", [.retryAfter: "1"])
        }
        if concurrency.isFull(number, limit: concurrencyLimit, share: share) { return tooMany() }
        let time = intake.decider.time
        let begin = intake.clock.uptime()
        let spent = time.spent(at: begin)
        do {
            // A webhook takes a place once its body has arrived: no client can hold one by sending slowly.
            let body = try await body(of: request)
            guard let place = concurrency.enter(number, limit: concurrencyLimit, share: share) else { return tooMany() }
            let result = try await timeLimit.wait { [intake] in
                // The place is taken until the disk is done, however long that takes, so that the webhooks that wait
                // stay bounded.
                defer { withExtendedLifetime(place) {} }
                return try await intake.take(body, account: account.configuration)
            }
            return .json(.ok, encoded: Self.results[result] ?? "{}")
        } catch is TimeLimitExceeded {
            // The provider delivers it again; if it was stored after all, that is a duplicate.
            let end = intake.clock.uptime()
            intake.observe(.storeFailed(time.cause(of: end - begin, spentBefore: spent, at: end)))
            return refuse(
                .storeFailed, .serviceUnavailable, "the event can't be stored at the moment", [.retryAfter: "5"])
        } catch is NIOTooManyBytesError {
            unusable.report(number, "its body is larger than \(Self.bodyLimit >> 10) KiB")
            return refuse(
                .tooLarge, .contentTooLarge, "the body is larger than \(Self.bodyLimit >> 10) KiB",
                [.connection: "close"])
        } catch is BrokenBody {
            return refuse(.brokenOff, .badRequest, "the body does not arrive as announced", [.connection: "close"])
        } catch let error as WebhookEvent.ParseError {
            unusable.report(number, error.description)
            return refuse(.invalid, .badRequest, error.description)
        } catch {
            return refuse(
                .storeFailed, .serviceUnavailable, "the event can't be stored at the moment", [.retryAfter: "5"])
        }
    }

    private func key(of request: Request) -> String? {
        Self.keyHeader.flatMap { request.headers[$0] } ?? request.uri.queryParameters["key"].map(String.init)
    }

    /// Refuses a webhook with 401.
    ///
    /// - Parameter because: The reason in the log, if that is more than the caller may know.
    private func unauthorized(_ account: String, _ why: String, because: String? = nil) -> Response {
        intake.observe(.refused(account: account, .unauthorized))
        if let count = turnedAway.record(account) {
            intake.observe(.turnedAway(TurnedAwayWebhooks(account: account, because: because ?? why, count: count)))
        }
        return .refusal(.unauthorized, why)
    }

    private struct BrokenBody: Error {}

    /// Returns the body of a request.
    ///
    /// - Throws: `NIOTooManyBytesError` if it is too large, ``BrokenBody`` if it ends early or is chunked wrongly.
    private func body(of request: Request) async throws -> [UInt8] {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Self.bodyLimit {
            throw NIOTooManyBytesError(maxBytes: Self.bodyLimit)
        }
        do {
            return Array(try await request.body.collect(upTo: Self.bodyLimit).readableBytesView)
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
    /// Whether the content type is JSON. The providers do not document the content type that they send, so a request
    /// without one is taken for JSON.
    fileprivate var isJSON: Bool {
        guard let type = headers[.contentType], !type.isEmpty else { return true }
        return mediaType.map { $0 == "application/json" || $0.hasSuffix("+json") && $0.contains("/") } ?? false
    }
}
