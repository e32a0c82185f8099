extension Duration {
    /// Reads `90s`, `30m`, `12h`, `7d`, `1h30m`, `250ms` or `0`; `nil` if the text is no duration, or is beyond ten
    /// years.
    public init?(parsing text: String) {
        let units: [String: Int64] = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        if text == "0" {
            self = .zero
            return
        }
        var rest = Substring(text)
        var milliseconds: Int64 = 0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard digits.count <= 9, let count = Int64(digits), let factor = units[String(unit)] else { return nil }
            milliseconds += count * factor
            guard milliseconds <= 3_650 * 86_400_000 else { return nil }
        }
        self = .milliseconds(milliseconds)
    }

    /// The duration as rules files write it, in the largest units that fit: `90s`, `12h`, `7d`.
    public var words: String {
        var milliseconds = inMilliseconds
        if milliseconds == 0 { return "0" }
        var text = ""
        for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)]
            as [(String, Int64)]
        where milliseconds >= size {
            text += "\(milliseconds / size)\(unit)"
            milliseconds %= size
        }
        return text
    }
}
