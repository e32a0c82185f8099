/// A phone number as people write it: `+972 52-111-2233`, `00972521112233`, `+972 (0)52.1112233`, `052-1112233`,
/// `972521112233`, also as it is copied from elsewhere, with invisible marks and other hyphens.
///
/// Providers and the database write `972521112233`. Rules, configuration, commands, console and interface all read
/// numbers by this.
public struct WrittenNumber: Sendable, Hashable {
    /// The digits, without the prefix for *abroad* (`+`, `00`) or for *in this country* (`0`).
    public var digits: String
    /// Whether the country code is left out, as people do with numbers of their own country.
    public var isNational: Bool

    /// Reads a number; `nil` if the text is something else, for example a name or a provider's id.
    public init?(_ text: String) {
        var digits = ""
        var isPlain = true
        let scalars = Array(text.unicodeScalars.prefix(100))
        guard scalars.count < 100 else { return nil }
        var position = 0
        while position < scalars.count {
            let scalar = scalars[position]
            position += 1
            switch scalar {
            case "0"..."9": digits.unicodeScalars.append(scalar)
            case "(" where !digits.isEmpty && scalars[position...].starts(with: ["0", ")"]):
                // `+972 (0)52`: the zero is for callers in the country alone.
                position += 2
                isPlain = false
            case "+", "\u{FF0B}":
                guard digits.isEmpty else { return nil }
                isPlain = false
            case _ where scalar.properties.numericType == .decimal:
                digits += scalar.properties.numericValue.map { String(Int($0)) } ?? ""
            case _ where scalar.isBetweenDigits: isPlain = isPlain && scalar.properties.generalCategory == .format
            default: return nil
            }
        }
        isNational = digits.hasPrefix("0") && !digits.hasPrefix("00")
        if digits.hasPrefix("00") { isPlain = false }
        digits = String(digits.trimmingPrefix { $0 == "0" })
        guard !digits.isEmpty else { return nil }
        // A long row of bare digits may be a provider's id, which is not ours to change.
        if !isNational, !isPlain || digits.utf8.count <= Self.longestWithTrunk {
            digits = Self.withoutTrunkZero(digits)
        }
        self.digits = digits
    }

    /// Finds a number in a text that has more in it, such as a name before it; `nil` if there is none, or may be several.
    public init?(within text: String) {
        let parts = text.unicodeScalars.prefix(200).split { scalar in
            !scalar.isBetweenDigits && scalar != "+" && scalar.properties.numericType != .decimal
        }
        let numbers = parts.map { String(String.UnicodeScalarView($0)) }.filter { part in
            part.unicodeScalars.count { $0.properties.numericType == .decimal } >= 7
        }
        guard numbers.count == 1 else { return nil }
        self.init(numbers[0].trimmingPrefix { $0 == "." || $0 == "/" || $0 == "-" }.description)
    }

    /// Whether a text that is no number may be a provider's id of a contact (`IL.1605856887361213`).
    public static func isID(_ text: String) -> Bool {
        let hasLink = ["tel:", "wa.me", "http"].contains { text.lowercased().hasPrefix($0) }
        return !hasLink && !text.isEmpty
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x2C && $0 != 0x2F }
    }

    /// Whether it is the stored number `number`. A number without a country code is taken to be of the account's
    /// country.
    public func names(_ number: String, at account: String) -> Bool {
        number == whole(at: account)
    }

    /// Returns the number as providers write it. A number without a country code is taken to be of the country of
    /// `account` or, if that is no number, of Israel.
    public func whole(at account: String) -> String {
        guard isNational else { return digits }
        return Self.country(of: account.isAllDigits ? account : Contact.inventedNumber) + digits
    }

    /// Returns the country code of a whole number (ITU-T E.164): one digit for zones 1 and 7, two for the countries
    /// below, three for all others.
    private static func country(of number: String) -> Substring {
        if number.hasPrefix("1") || number.hasPrefix("7") { return number.prefix(1) }
        return number.prefix(ofTwoDigits.contains(Int(number.prefix(2)) ?? 0) ? 2 : 3)
    }

    /// `9720521112233`: with a code of three digits, a zero and nine digits behind it.
    private static let longestWithTrunk = 13

    /// Returns the number without the zero that some leave behind the country code, where no number has one there.
    private static func withoutTrunkZero(_ number: String) -> String {
        let country = country(of: number)
        let rest = number.dropFirst(country.count)
        guard rest.hasPrefix("0"), rest.count > 5, !withZero.contains(String(country)) else { return number }
        return String(country) + rest.trimmingPrefix { $0 == "0" }
    }

    private static let ofTwoDigits: Set<Int> = [
        20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56, 57, 58, 60, 61,
        62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98,
    ]

    /// The countries where whole numbers have a zero behind the code: Italy, Ivory Coast, Benin, Gabon, Congo, San
    /// Marino and the Vatican.
    private static let withZero: Set<String> = ["39", "225", "229", "241", "242", "378", "379"]
}

extension Unicode.Scalar {
    /// Whether people write it between the digits of a number, or it comes along when a number is copied.
    fileprivate var isBetweenDigits: Bool {
        switch properties.generalCategory {
        case .dashPunctuation, .spaceSeparator, .format: true
        // The mathematical minus and the soft signs that phones put for a hyphen.
        default: ["(", ")", ".", "/", "\u{2212}", "\u{B7}", "\u{2027}", "\u{FF08}", "\u{FF09}"].contains(self)
        }
    }
}
