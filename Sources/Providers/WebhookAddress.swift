import Foundation

/// The address under which a provider reaches the webhook of an account: `https://host/webhook/972…?key=SECRET`.
public struct WebhookAddress: Sendable, Hashable {
    /// The part in front of `/webhook/`: scheme, host and, behind some proxies, a path.
    public var base: String
    /// The account's number, or the name of a provider whose webhooks of all accounts come to one address.
    public var number: String
    /// The key that the provider shows us; `nil` for none.
    public var key: Secret?

    /// Creates the address of an account behind a base like `https://shop.example`; slashes at its end do not matter.
    public init(base: String, number: String, key: Secret?) {
        var base = base
        while base.hasSuffix("/") { base.removeLast() }
        self.base = base
        self.number = number
        self.key = key
    }

    /// Reads an address; returns `nil` if it is none of replyd's.
    public init?(_ url: String) {
        guard let parts = URLComponents(string: url), let origin = Self.origin(of: parts),
            case let path = parts.percentEncodedPath, let range = path.range(of: "/webhook/", options: .backwards)
        else { return nil }
        let number = path[range.upperBound...]
        let isOfAll = Provider(rawValue: String(number))?.lineKey != nil
        guard !number.isEmpty, isOfAll || number.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        base = origin + path[..<range.lowerBound]
        self.number = String(number)
        key = parts.queryItems?.first { $0.name == "key" }?.value.map(Secret.init)
    }

    /// The reason why a text can't be the base of an address, in words that say what to do.
    public struct BaseError: Error, Hashable, CustomStringConvertible {
        /// The reason, worded so that it continues a sentence about the text.
        public var description: String
    }

    /// Reads the part in front of `/webhook/` as a person has written it.
    ///
    /// - Throws: ``BaseError`` if the text is no base, or is neither encrypted nor on this machine.
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

    /// Returns scheme, host and port; `nil` if one of them is missing or wrong.
    private static func origin(of parts: URLComponents) -> String? {
        guard let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme), let host = parts.host,
            !host.isEmpty, (1...65535).contains(parts.port ?? 443),
            // `host` is unescaped here: a sign that was escaped could be taken for another part of the address.
            host.utf8.allSatisfy({ hostSigns.contains($0) })
        else { return nil }
        return "\(scheme)://\(host.lowercased())\(parts.port.map { ":\($0)" } ?? "")"
    }

    private static let hostSigns = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-:[]".utf8)

    /// Whether requests to the address do not leave this machine.
    public var isLocal: Bool {
        ["http://127.0.0.1", "http://localhost", "http://[::1]"].contains {
            base == $0 || base.hasPrefix("\($0):") || base.hasPrefix("\($0)/")
        }
    }

    /// The whole address, with the key.
    public var url: String {
        guard let key else { return place }
        return "\(place)?key=\(key.reveal().inAddress)"
    }

    /// The address without the key.
    public var place: String { "\(base)/webhook/\(number)" }

    /// The address as it may be shown, with the key replaced.
    public var masked: String { key == nil ? place : "\(place)?key=•••" }

    /// Returns any address as it may be shown. Of an address that is not ours every part but scheme and host may be a
    /// secret.
    public static func masked(_ url: String) -> String {
        if let address = WebhookAddress(url) { return address.masked }
        guard let origin = URLComponents(string: url).flatMap(origin(of:)) else { return "•••" }
        return "\(origin)/•••"
    }
}

extension String {
    /// The text as it stands in a query: every sign that could mean something else in an address is escaped (RFC 3986,
    /// 2.3).
    var inAddress: String {
        let unreserved = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }
}
