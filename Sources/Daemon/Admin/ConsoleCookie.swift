import HTTPTypes
import Hummingbird

/// The cookie that carries a console session's id.
struct ConsoleCookie {
    private static let protocolHeader = HTTPField.Name("X-Forwarded-Proto")

    /// The session's id; empty to remove the cookie.
    var value: String
    /// The time until the browser forgets it.
    var length: Duration
    /// The port that the request came to.
    var port: Int?
    /// Whether the browser sends it over HTTPS alone.
    var isSecure: Bool

    /// The value of `Set-Cookie`.
    var header: String {
        var cookie = "\(Self.name(port))=\(value); Path=/; HttpOnly; SameSite=Strict"
        cookie += "; Max-Age=\(length.components.seconds)"
        return isSecure ? cookie + "; Secure" : cookie
    }

    /// Returns the session's id that a request carries; `nil` if it carries none.
    static func session(of request: Request, _ context: ConnectionContext) -> String? {
        // Other programs of the machine have cookies too, and text that is not ASCII is slow to look at.
        let pairs = request.headers[values: .cookie].flatMap { $0.utf8.split(separator: UInt8(ascii: ";")) }
        let cookies = Cookies(from: pairs.filter(\.isASCII).map { String(Substring($0)) })
        return cookies[name(context.port)]?.value
    }

    /// Whether a proxy says that the browser came by HTTPS.
    static func isEncrypted(_ request: Request) -> Bool {
        // A chain of proxies makes a list of it, of which the first is the browser's.
        let named = protocolHeader.flatMap { request.headers[$0] }?.prefix { $0 != "," }
        guard let named, named.utf8.isASCII else { return false }
        return named.trimmed.lowercased() == "https"
    }

    /// Browsers do not tell ports apart: another replyd of the same machine has a cookie of its own.
    private static func name(_ port: Int?) -> String { "replyd_session_\(port ?? 0)" }
}
