/// A contact's number as people write it: `+972 52-111-2233`, `00972521112233`, `052-1112233`, `972521112233`.
///
/// Providers and the database write `972521112233`.
public struct WrittenNumber: Sendable, Hashable {
    /// The digits, without what stands for *abroad* (`+`, `00`) or for *in this country* (`0`).
    public var digits: String
    /// Whether the country is left out, as it may be for a number of one's own.
    public var isNational: Bool

    /// Reads a number; nil where the text is something else, such as a name or a provider's id.
    public init?(_ text: String) {
        var digits = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "0"..."9": digits.unicodeScalars.append(scalar)
            case "+", "-", "(", ")", ".", "/", " ", "\u{A0}", "\u{2010}"..."\u{2013}": continue
            // Marks of direction come along when a number is copied.
            case "\u{200E}", "\u{200F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": continue
            default: return nil
            }
        }
        isNational = digits.hasPrefix("0") && !digits.hasPrefix("00")
        self.digits = String(digits.trimmingPrefix { $0 == "0" })
        guard !self.digits.isEmpty else { return nil }
    }

    /// Whether it is that number, as it is stored. A number without its country is of the country of the account.
    public func names(_ number: String, at account: String) -> Bool {
        guard isNational else { return number == digits }
        guard number.hasSuffix(digits) else { return false }
        // The codes of countries have one to three digits.
        let country = number.dropLast(digits.count)
        return (1...3).contains(country.count) && account.hasPrefix(country)
    }
}
