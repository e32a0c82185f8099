import Responder
import Testing

@Suite struct WrittenNumberTests {
    private static let stored = "972521112233"

    @Test(arguments: [
        "972521112233", "+972521112233", "+972 52-111-2233", "00972 52 111 22 33", "(972) 52.111.2233", "0521112233",
        "052-111-2233", "052\u{A0}111\u{2011}2233", "\u{202A}+972 52-111-2233\u{202C}", "+972 (0)52-111-2233",
        "00972 (0) 52 111 2233", "+972-052-111-2233", "9720521112233", "\u{2066}+972 52\u{2012}111\u{2212}2233\u{2069}",
        "972 52 111\u{2009}2233", "052\u{5BE}111\u{5BE}2233", "\u{FEFF}972521112233", "٠٥٢١١١٢٢٣٣", "+９７２５２１１１２２３３",
        "972\u{B7}52\u{B7}1112233", "００９７２-52-1112233", "009720521112233", "(052) 111-2233",
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

    @Test(
        "A zero behind the country code stays where numbers have one, and in a provider's id",
        arguments: [
            ("+39 06 1234567", "39061234567"), ("+225 07 07 12 34 56", "2250707123456"),
            ("99001234567890", "99001234567890"),
            ("+44 (0)7700 900123", "447700900123"), ("0044 07700 900123", "447700900123"), ("+7 (0)9", "79"),
        ])
    func trunkZero(text: String, digits: String) {
        #expect(WrittenNumber(text)?.digits == digits)
    }

    @Test(arguments: [
        ("Dana +972 52-111-2233", "972521112233"), ("wa.me/972521112233", "972521112233"),
        ("https://wa.me/972521112233?text=hi", "972521112233"), ("tel:+972-52-1112233", "972521112233"),
        ("52-1112233, 52-1112244", nil), ("Dana", nil), ("order 12", nil), ("", nil),
    ])
    func aNumberIsFoundWithinATextThatHasMore(text: String, digits: String?) {
        #expect(WrittenNumber(within: text)?.digits == digits)
        #expect(WrittenNumber(text) == nil)
    }

    @Test func aProvidersIDIsOneWordAndNoLink() {
        for id in ["IL.1605856887361213", "user:17", "1203630@g.us", "dana"] {
            #expect(WrittenNumber.isID(id), "\(id)")
        }
        for text in ["", "Dana Levi", "דנה", "a,b", "wa.me/972521112233", "tel:1", "HTTPS://x"] {
            #expect(!WrittenNumber.isID(text), "\(text)")
        }
    }

    @Test(arguments: [
        "", "0", "Dana", "+", "user:17", "052111223x", "052+1112233", "IL.1605856887361213", "1½", "(0)",
        "052\n1112233",
    ])
    func otherTextsAreNone(text: String) {
        #expect(WrittenNumber(text) == nil)
    }
}
