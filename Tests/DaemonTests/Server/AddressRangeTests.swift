import Testing

@testable import Daemon

@Suite struct AddressRangeTests {
    @Test(
        "Addresses and networks hold what they should",
        arguments: [
            ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.1.2.3", "10.1.2.3", true),
            ("10.1.2.3", "10.1.2.4", false), ("192.0.2.128/25", "192.0.2.127", false),
            ("192.0.2.128/25", "192.0.2.128", true), ("192.0.2.1/31", "192.0.2.0", true),
            ("0.0.0.0/0", "8.8.8.8", true),
            ("0.0.0.0/0", "::1", false), ("10.0.0.0/8", "::ffff:10.1.1.1", true),
            ("::ffff:10.0.0.0/104", "10.9.9.9", true),
            ("::ffff:10.0.0.0/104", "11.0.0.0", false), ("2001:db8::/33", "2001:db8:7fff::1", true),
            ("2001:db8::/33", "2001:db8:8000::1", false), ("2001:DB8::1", "2001:0db8:0:0::1", true),
            ("::/0", "::2", true),
            ("::/0", "10.0.0.1", false), ("::1/128", "::1", true),
        ])
    func ranges(_ range: String, _ address: String, _ isIn: Bool) throws {
        let range = try #require(AddressRange(range))
        #expect(range.contains(try #require(PeerAddress(address))) == isIn)
    }

    @Test(
        "What is no address is none",
        arguments: [
            "", "/", "1.2.3", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/+1", "1.2.3.4/ 8", "1.2.3.4/8/8", "1.2.3.4.5",
            "01.2.3.4x",
            "localhost", "::1/129", ":::", "::ffff:10.0.0.0/90", "fe80::1%eth0", "1.2.3.4 ", "\u{661}.2.3.4",
            "1.2.3.4\0",
        ])
    func refused(_ text: String) {
        #expect(AddressRange(text) == nil)
    }

    static let proxies = ["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"].compactMap { AddressRange($0) }

    @Test(
        "The source is the right-most address that is no trusted proxy",
        arguments: [
            // Only a trusted proxy is believed.
            ("203.0.113.9", ["34.165.99.212"], "203.0.113.9"), ("127.0.0.1", [], "127.0.0.1"),
            ("127.0.0.1", ["34.165.99.212"], "34.165.99.212"),
            // An address that the client itself made up stands further left.
            ("127.0.0.1", ["34.165.99.212, 203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", ["34.165.99.212", "203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", ["34.165.99.212,203.0.113.9,10.1.1.1 , 127.0.0.1"], "203.0.113.9"),
            // If all of them are proxies, the first one is the source.
            ("127.0.0.1", ["10.1.1.1, 10.2.2.2"], "10.1.1.1"),
            ("::ffff:127.0.0.1", ["::ffff:34.165.99.212"], "34.165.99.212"),
            ("2001:db8::5", ["2001:DB9::7"], "2001:db9::7"), ("127.0.0.1", ["[2001:db9::7]:443"], "2001:db9::7"),
            ("127.0.0.1", ["[2001:db9::7]"], "2001:db9::7"), ("127.0.0.1", ["34.165.99.212:55"], "34.165.99.212"),
            ("127.0.0.1", [""], "127.0.0.1"), ("127.0.0.1", ["", " 34.165.99.212\t"], "34.165.99.212"),
        ])
    func source(_ peer: String, _ forwarded: [String], _ expected: String) {
        #expect(Self.proxies.source(behind: PeerAddress(peer), forwarded: forwarded) == PeerAddress(expected))
    }

    @Test(
        "Where a proxy wrote something else than an address nobody knows the source",
        arguments: [
            "unknown", "_hidden", "34.165.99.212;", "34.165.99.212, ", " ", "34.165.99.212, x", "34.165.99.212:x",
            "34.165.99.212:+5", "34.165.99.212:99999", "[34.165.99.212", "[::1]x", "34.165.99.212/32",
            "34.165.99.212\u{200B}", "٣٤.165.99.212", "0x22.165.99.212", "34.165.99.212\0",
            String(repeating: "9", count: 16_000), "34.165.99.212, \u{1B}[2J", "34.165.99.212,\u{301}",
            "34.165.99.212,\u{301}10.1.1.1", "a" + String(repeating: "\u{301}\u{316}", count: 4000),
        ])
    func hostile(_ value: String) {
        #expect(Self.proxies.source(behind: PeerAddress("127.0.0.1"), forwarded: [value]) == nil)
    }
}
