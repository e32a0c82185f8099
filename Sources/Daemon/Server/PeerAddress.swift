import Foundation
import NIOCore

/// An IP address, in the one form in which addresses can be compared.
struct PeerAddress: Hashable, Sendable, CustomStringConvertible {
    /// Four bytes for IPv4, even if it came as IPv6 (`::ffff:10.0.0.1`), else sixteen.
    let bytes: [UInt8]

    /// Reads an address; returns `nil` if `text` is none.
    init?(_ text: some StringProtocol) {
        var bytes = [UInt8](repeating: 0, count: 16)
        let text = String(text)
        // C would take the text to end at a NUL.
        guard !text.utf8.contains(0) else { return nil }
        if inet_pton(AF_INET, text, &bytes) == 1 {
            self.bytes = Array(bytes.prefix(4))
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
            self.bytes = isMapped ? Array(bytes.suffix(4)) : bytes
        } else {
            return nil
        }
    }

    /// Takes the address of a socket; returns `nil` if it has none.
    init?(_ address: SocketAddress?) {
        guard let ip = address?.ipAddress else { return nil }
        // A link-local address names its interface behind a percent sign.
        self.init(ip.prefix { $0 != "%" })
    }

    /// Whether it is this machine, as seen from itself.
    var isLoopback: Bool {
        bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
    }

    var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
