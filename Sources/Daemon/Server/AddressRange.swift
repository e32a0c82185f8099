/// An IP address, or a network of them (`10.0.0.0/8`).
public struct AddressRange: Hashable, Sendable, CustomStringConvertible {
    private let first: PeerAddress
    /// The number of bits that are compared.
    private let length: Int

    /// Reads an address or a network; returns `nil` if `text` is neither.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = PeerAddress(parts[0]) else { return nil }
        first = address
        let bits = address.bytes.count * 8
        guard parts.count == 2 else {
            length = bits
            return
        }
        // `::ffff:10.0.0.0/104` is a network of IPv4 that is written as IPv6.
        let written = parts[0].contains(":") ? 128 : 32
        guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(parts[1]), length <= written,
            length >= written - bits
        else { return nil }
        self.length = length - (written - bits)
    }

    /// Whether the address lies in the range.
    func contains(_ address: PeerAddress) -> Bool {
        guard address.bytes.count == first.bytes.count else { return false }
        let whole = length / 8
        let rest = length % 8
        guard address.bytes.prefix(whole) == first.bytes.prefix(whole) else { return false }
        return rest == 0 || (address.bytes[whole] ^ first.bytes[whole]) >> (8 - rest) == 0
    }

    /// Whether every address of its kind lies in it.
    var isEverybody: Bool { length == 0 }

    /// The address, or the network like `10.0.0.0/8`.
    public var description: String {
        length == first.bytes.count * 8 ? first.description : "\(first)/\(length)"
    }
}

extension [AddressRange] {
    func contains(_ address: PeerAddress) -> Bool {
        contains { $0.contains(address) }
    }

    /// Returns the address that a request came from, seen through these proxies; `nil` if that can't be known.
    ///
    /// Each proxy adds the address that called it behind the others. So the list is believed from its end, and only as
    /// far as trusted proxies wrote it: a client may have made up the rest.
    ///
    /// - Parameters:
    ///   - peer: The address that opened the connection.
    ///   - forwarded: The values of `X-Forwarded-For`, in order.
    func source(behind peer: PeerAddress?, forwarded: [String]) -> PeerAddress? {
        guard var source = peer else { return nil }
        for value in forwarded.reversed() {
            for part in value.utf8.split(separator: UInt8(ascii: ",")).reversed() {
                guard contains(source) else { return source }
                // An address is ASCII, and a stranger may have written this.
                guard part.isASCII, let next = Self.address(in: Substring(part)) else { return nil }
                source = next
            }
        }
        return source
    }

    /// Returns the address without the port that some proxies add: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
    private static func address(in part: Substring) -> PeerAddress? {
        let text = part.trimmed
        if text.first == "[", let end = text.lastIndex(of: "]") {
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || isPort(rest) else { return nil }
            return PeerAddress(text[text.index(after: text.startIndex)..<end])
        }
        if let colon = text.firstIndex(of: ":"), colon == text.lastIndex(of: ":") {
            return isPort(text[colon...]) ? PeerAddress(text[..<colon]) : nil
        }
        return PeerAddress(text)
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.first == ":" && UInt16(text.dropFirst()) != nil && text.dropFirst().first != "+"
    }
}
