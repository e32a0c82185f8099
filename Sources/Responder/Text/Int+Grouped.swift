/// Returns a number with its noun: `1 rule`, `2,000 rules`.
package func counted(_ count: Int, _ noun: String) -> String {
    "\(count.grouped) \(noun)\(count == 1 ? "" : "s")"
}

extension Int {
    /// The number with separators: `12,345`.
    package var grouped: String {
        let digits = Array(String(magnitude))
        let groups = stride(from: digits.count, to: 0, by: -3).map { String(digits[Swift.max($0 - 3, 0)..<$0]) }
        return (self < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
    }

    /// Returns the number's share of `total`: `12.3%`.
    package func share(of total: Int) -> String {
        guard total > 0 else { return "" }
        let tenths = Int((Double(self) / Double(total) * 1000).rounded())
        // A share above nothing is not shown as 0%, and a share below everything not as 100%.
        if tenths == 0, self > 0 { return "<0.1%" }
        if tenths == 1000, self < total { return ">99.9%" }
        return "\(tenths / 10).\(tenths % 10)%"
    }
}
