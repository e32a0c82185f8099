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
        guard let parts = URLComponents(string: url), let scheme = parts.scheme, let host = parts.host, !host.isEmpty,
            ["http", "https"].contains(scheme), let range = parts.path.range(of: "/webhook/", options: .backwards)
        else { return nil }
        let number = parts.path[range.upperBound...]
        guard !number.isEmpty, number.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        let port = parts.port.map { ":\($0)" } ?? ""
        base = "\(scheme)://\(host)\(port)\(parts.path[..<range.lowerBound])"
        self.number = String(number)
        key = parts.queryItems?.first { $0.name == "key" }?.value.map(Secret.init)
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
