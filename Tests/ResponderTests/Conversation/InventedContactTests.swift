import Responder
import Testing

@Suite struct InventedContactTests {
    @Test(arguments: [
        (nil, "972500000000"), ("972521112233", "972521112233"), ("+972 (52) 111-22-33", "972521112233"),
    ])
    func hasTheDigitsOfItsNumber(written: String?, digits: String) {
        let contact = Contact.invented(number: written, name: "Dana")
        #expect(contact == Contact(number: digits, address: digits, name: "Dana"))
    }
}
