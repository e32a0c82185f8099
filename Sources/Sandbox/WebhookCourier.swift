import Crypto
import Foundation
import HTTPTransport
import JSONText
import Providers
import Responder
import Synchronization

/// One webhook that the stand-in provider posted, or tried to post.
struct DeliveredHook: Sendable {
    var postedAt: Timestamp
    var account: String
    var hook: String
    var unique: String
    /// The HTTP status of the last try; `nil` if there was no answer.
    var status: Int?
    var tries: Int
}

/// Posts webhooks as the providers do: waits five seconds for a 200, then tries again after 0 s, 5 min, 20 min, 1 h, 4
/// h, 24 h.
final class WebhookCourier: Sendable {
    static let waits: [Duration] = [.zero, .minutes(5), .minutes(20), .hours(1), .hours(4), .hours(24)]

    private let transport: HTTPTransport
    private let timeScale: Double
    private let now: @Sendable () -> Timestamp
    private let log = Mutex<[DeliveredHook]>([])

    /// Creates a courier whose waits are multiplied by `timeScale`.
    init(transport: HTTPTransport, timeScale: Double, now: @escaping @Sendable () -> Timestamp) {
        self.transport = transport
        self.timeScale = timeScale
        self.now = now
    }

    /// The webhooks that have been posted, oldest first.
    var delivered: [DeliveredHook] { log.withLock { $0 } }

    /// Posts a hook once and returns the HTTP status of the answer, or `nil` if there was none.
    @discardableResult
    func post(_ hook: [String: JSON], to account: SandboxAccount, tries: Int = 1) async -> Int? {
        guard let url = account.webhook else { return nil }
        let body = JSON.object(hook).encoded
        var headers = ["Content-Type": "application/json"]
        if let secret = account.meta?.appSecret {
            let code = HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Array(secret.utf8)))
            headers[WebhookSignature.header] = "sha256=" + code.map { String(format: "%02x", $0) }.joined()
        }
        let request = TransportRequest(url: url, headers: headers, body: body, timeout: .seconds(5))
        let status = (try? await transport.send(request))?.status
        let delivered = DeliveredHook(
            postedAt: now(), account: account.number, hook: hook["hook"]?.text ?? hook["object"]?.text ?? "",
            unique: hook["unique"]?.text ?? "",
            status: status, tries: tries
        )
        log.withLock { log in
            log.append(delivered)
            if log.count > 10_000 { log.removeFirst(1000) }
        }
        return status
    }

    /// Posts a hook until a try gets a 200 or the provider's tries are used up; each try goes to the account's webhook
    /// address at that time.
    func deliver(_ hook: [String: JSON], to number: String, at provider: SandboxProvider) async {
        for (tries, wait) in ([.zero] + Self.waits).enumerated() {
            guard (try? await Task.sleep(for: wait * timeScale)) != nil else { return }
            guard let account = await provider.account(number), tries == 0 || account.retries else { return }
            if await post(hook, to: account, tries: tries + 1) == 200 { return }
        }
    }
}
