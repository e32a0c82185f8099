import Responder
import Testing

@Suite struct InventedContactTests {
    @Test(arguments: [
        (nil, "972500000000"), ("972521112233", "972521112233"), ("+972 (52) 111-22-33", "972521112233"),
        ("052-1112233", "972521112233"),
    ])
    func hasTheDigitsOfItsNumber(written: String?, digits: String) {
        let contact = Contact.invented(number: written, name: "Dana", at: "972771234567")
        #expect(contact == Contact(number: digits, address: digits, name: "Dana"))
    }

    @Test func whatIsNoNumberIsAProvidersId() {
        let contact = Contact.invented(number: "IL.1605856887361213", at: "972771234567")
        #expect(contact == Contact(id: "IL.1605856887361213", address: "IL.1605856887361213"))
    }
}
