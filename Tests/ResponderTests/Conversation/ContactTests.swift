import Responder
import Testing

@Suite struct ContactTests {
    private func name(_ name: String) -> String? { Contact(address: "1", name: name).name }

    /// A name is put into the middle of answers.
    @Test func aNameIsOnOneLine() {
        #expect(name("Dana\nLevi") == "Dana Levi")
        #expect(name(" \u{2028}Dana\r\n\tLevi\u{85}") == "Dana Levi")
        #expect(name("דנה לוי") == "דנה לוי" && name("Zoë 💐") == "Zoë 💐")
        #expect(name("\n\t") == nil && name("") == nil)
    }

    @Test func aNameHasItsBound() {
        #expect(name(String(repeating: "a", count: 300)) == String(repeating: "a", count: 255) + "…")
        #expect(name(String(repeating: "\n", count: 3000) + "Dana") == "Dana")
        #expect(name(String(repeating: "a\n", count: 100_000))?.utf16.count == 256)
    }
}
