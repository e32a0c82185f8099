import Foundation

/// The address under which a provider reaches the webhook of an account: `https://host/webhook/972…?key=SECRET`.
public struct WebhookAddress: Sendable, Hashable {
    /// What stands in front of `/webhook/`: scheme, host and, behind some proxies, a path.
    public var base: String
    /// The account.
    public var number: String
    /// What the provider shows us; nil for nothing.
    public var key: Secret?

    /// The address of an account behind a base such as `https://shop.example`; slashes at its end do not matter.
    public init(base: String, number: String, key: Secret?) {
        var base = base
        while base.hasSuffix("/") { base.removeLast() }
        self.base = base
        self.number = number
        self.key = key
    }

    /// Reads an address; nil where it is none of replyd's.
    public init?(_ url: String) {
        guard let parts = URLComponents(string: url), let origin = Self.origin(of: parts),
            case let path = parts.percentEncodedPath, let range = path.range(of: "/webhook/", options: .backwards)
        else { return nil }
        let number = path[range.upperBound...]
        guard !number.isEmpty, number.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        base = origin + path[..<range.lowerBound]
        self.number = String(number)
        key = parts.queryItems?.first { $0.name == "key" }?.value.map(Secret.init)
    }

    /// Why a text can't stand in front of `/webhook/`, in words that say what to do.
    public struct BaseError: Error, Hashable, CustomStringConvertible {
        public var description: String
    }

    /// Reads what a person says stands in front of `/webhook/`.
    public static func base(parsing text: String) throws(BaseError) -> String {
        func refuse(_ why: String) -> BaseError { BaseError(description: why) }
        guard ["http://", "https://"].contains(where: text.lowercased().hasPrefix) else {
            throw refuse("begins with https://, like https://shop.example")
        }
        guard let parts = URLComponents(string: text, encodingInvalidCharacters: false) else {
            throw refuse("holds a sign that no address has, such as a space; write it like https://shop.example")
        }
        guard parts.user == nil, parts.password == nil else {
            throw refuse("holds a user name or a password: leave it out, the key of the webhook is enough")
        }
        guard parts.query == nil, parts.fragment == nil else {
            throw refuse("goes on behind '?' or '#': leave that out, the key comes from the configuration")
        }
        guard let origin = origin(of: parts) else {
            throw refuse("names no host, or a port that there is not; write it like https://shop.example")
        }
        let address = WebhookAddress(base: origin + parts.percentEncodedPath, number: "", key: nil)
        guard !"\(address.base)/".contains("/webhook/") else {
            throw refuse("is only what stands in front of /webhook/: the rest comes from the configuration")
        }
        guard parts.scheme?.lowercased() == "https" || address.isLocal else {
            throw refuse(
                "is unencrypted: others could read the key and the messages. Write https://, with a proxy such as nginx or Caddy in front of replyd"
            )
        }
        return address.base
    }

    /// Scheme, host and port; nil where one of them is missing or wrong.
    private static func origin(of parts: URLComponents) -> String? {
        guard let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme), let host = parts.host,
            !host.isEmpty, (1...65535).contains(parts.port ?? 443),
            // What was escaped stands here as it is, and could be taken for another part of the address.
            host.utf8.allSatisfy({ hostSigns.contains($0) })
        else { return nil }
        return "\(scheme)://\(host.lowercased())\(parts.port.map { ":\($0)" } ?? "")"
    }

    private static let hostSigns = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-:[]".utf8)

    /// Whether it does not leave this machine.
    public var isLocal: Bool {
        ["http://127.0.0.1", "http://localhost", "http://[::1]"].contains {
            base == $0 || base.hasPrefix("\($0):") || base.hasPrefix("\($0)/")
        }
    }

    /// The whole address, with the key.
    public var url: String {
        guard let key else { return place }
        // Whatever could mean something else in an address is escaped (RFC 3986, 2.3).
        let unreserved = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return "\(place)?key=\(key.reveal().addingPercentEncoding(withAllowedCharacters: unreserved) ?? "")"
    }

    /// The address without the key.
    public var place: String { "\(base)/webhook/\(number)" }

    /// The address as it may be shown.
    public var masked: String { key == nil ? place : "\(place)?key=•••" }

    /// Any address as it may be shown: of one that is not ours any part may be a secret, but scheme and host.
    public static func masked(_ url: String) -> String {
        if let address = WebhookAddress(url) { return address.masked }
        guard let parts = URLComponents(string: url), let scheme = parts.scheme, let host = parts.host else {
            return "•••"
        }
        return "\(scheme)://\(host)/•••"
    }
}
