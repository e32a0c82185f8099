import Responder
import Testing

@Suite struct WrittenNumberTests {
    private static let stored = "972521112233"

    @Test(arguments: [
        "972521112233", "+972521112233", "+972 52-111-2233", "00972 52 111 22 33", "(972) 52.111.2233", "0521112233",
        "052-111-2233", "052\u{A0}111\u{2011}2233", "\u{202A}+972 52-111-2233\u{202C}",
    ])
    func everyWayOfWritingANumberIsThatNumber(text: String) throws {
        let number = try #require(WrittenNumber(text))
        #expect(number.names(Self.stored, at: "972771234567"))
        #expect(Self.stored.contains(number.digits))
        #expect(!number.names("972521112234", at: "972771234567"))
        #expect(!number.names("97\(Self.stored)", at: "972771234567"))
    }

    @Test func aNumberWithoutItsCountryIsOfTheAccountsCountry() throws {
        let number = try #require(WrittenNumber("0521112233"))
        #expect(number.isNational)
        #expect(!number.names("1521112233", at: "972771234567"))
        #expect(number.names("1521112233", at: "14155550100"))
        #expect(!number.names("521112233", at: "972771234567"))
        // The first digits of an account's number are not always a country.
        #expect(!number.names("97521112233", at: "972771234567") && !number.names("9521112233", at: "972771234567"))
        #expect(number.names("44521112233", at: "447700900123"))
        // A part of a number does not name it.
        #expect(!(try #require(WrittenNumber("521112233"))).names(Self.stored, at: "972771234567"))
    }

    @Test(arguments: ["", "0", "Dana", "+", "user:17", "٠٥٢١١١٢٢٣٣", "052111223x"])
    func otherTextsAreNone(text: String) {
        #expect(WrittenNumber(text) == nil)
    }
}
