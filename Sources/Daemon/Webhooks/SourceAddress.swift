import NIOCore

/// An IP address in the one form in which addresses can be compared.
struct SourceAddress: Hashable {
    /// IPv4 in dotted form, also where it came as IPv6 (`::ffff:10.0.0.1`); IPv6 in its short form.
    var text: String

    /// nil where `text` is no address.
    init?(_ text: String) {
        guard let address = try? SocketAddress(ipAddress: text, port: 0), let ip = address.ipAddress else { return nil }
        self.init(ip: ip)
    }

    /// The address of a peer; nil where it has none.
    init?(_ address: SocketAddress?) {
        guard let ip = address?.ipAddress else { return nil }
        self.init(ip: ip)
    }

    private init(ip: String) {
        let mapped = "::ffff:"
        let isMapped = ip.lowercased().hasPrefix(mapped) && ip.contains(".")
        text = isMapped ? String(ip.dropFirst(mapped.count)) : ip.lowercased()
    }
}
