/// Digits of all scripts and in all dressings: `１`, `①`, `❶`, `١`, `१`, `²`, and numbers such as `⑫` and `🔟`.
extension Unicode.Scalar {
    /// The number that the scalar stands for, in plain digits; `nil` for a plain digit and for what is no digit.
    ///
    /// A contact who chooses `1` from a menu may write it in any of these ways, as keyboards and fonts have it. A Roman
    /// numeral, a fraction and the word for a number are something else.
    var plainDigits: String? {
        guard value >= Self.firstDressed else { return nil }
        // The keycap of ten has no number in Unicode's tables.
        if value == 0x1F51F { return "10" }
        switch properties.numericType {
        case .decimal, .digit: break
        case .numeric where Self.numbers.contains { $0.contains(value) }: break
        default: return nil
        }
        return properties.numericValue.flatMap(Int.init(exactly:)).map(String.init)
    }

    /// The superscript two, the first digit that is not plain.
    private static let firstDressed: UInt32 = 0xB2

    /// Numbers of two digits in circles, parentheses, squares and before full stops.
    private static let numbers: [ClosedRange<UInt32>] = [
        0x2460...0x249B, 0x24EB...0x24F4, 0x2776...0x2793, 0x3248...0x325F, 0x32B1...0x32BF,
    ]
}
