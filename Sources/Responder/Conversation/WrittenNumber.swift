/// A contact's number as people write it: `+972 52-111-2233`, `00972521112233`, `052-1112233`, `972521112233`.
///
/// Providers and the database write `972521112233`.
public struct WrittenNumber: Sendable, Hashable {
    /// The digits, without the prefix for *abroad* (`+`, `00`) or for *in this country* (`0`).
    public var digits: String
    /// Whether the country code is left out, as people do with numbers of their own country.
    public var isNational: Bool

    /// Reads a number; `nil` if the text is something else, for example a name or a provider's id.
    public init?(_ text: String) {
        var digits = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "0"..."9": digits.unicodeScalars.append(scalar)
            case "+", "-", "(", ")", ".", "/", " ", "\u{A0}", "\u{2010}"..."\u{2013}": continue
            // Directional marks come along when a number is copied.
            case "\u{200E}", "\u{200F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": continue
            default: return nil
            }
        }
        isNational = digits.hasPrefix("0") && !digits.hasPrefix("00")
        self.digits = String(digits.trimmingPrefix { $0 == "0" })
        guard !self.digits.isEmpty else { return nil }
    }

    /// Whether it is the stored number `number`. A number without a country code is taken to be of the account's
    /// country.
    public func names(_ number: String, at account: String) -> Bool {
        number == (isNational ? Self.country(of: account) + digits : digits)
    }

    /// Returns the country code of a whole number (ITU-T E.164): one digit for zones 1 and 7, two for the countries
    /// below, three for all others.
    private static func country(of number: String) -> Substring {
        if number.hasPrefix("1") || number.hasPrefix("7") { return number.prefix(1) }
        return number.prefix(ofTwoDigits.contains(Int(number.prefix(2)) ?? 0) ? 2 : 3)
    }

    private static let ofTwoDigits: Set<Int> = [
        20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61,
        62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
    ]
}
