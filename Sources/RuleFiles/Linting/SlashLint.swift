/// Looks for regular expressions as other languages write them, between slashes: `/price/i`. Here the slashes are part of
/// the text.
enum SlashLint {
    private static let code = "regex-in-slashes"

    /// Warns of a regex between slashes.
    static func check(regex source: Located<String>, _ reader: Reader) {
        guard let (inner, flags) = parts(source.value) else { return }
        let what =
            flags.isEmpty ? "the slashes are part of this regex" : "the slashes and '\(flags)' are part of this regex"
        reader.warning(source.node.range, what, hint: "write \(advice(inner, flags))", code: code)
    }

    /// Warns of a keyword that looks like a regex between slashes.
    static func check(keyword: Located<String>, _ reader: Reader) {
        guard let (inner, flags) = parts(keyword.value) else { return }
        reader.warning(
            keyword.node.range, "this looks for a text with slashes, it is no regex",
            hint: "for a regex write regex: \(advice(inner, flags))", code: code)
    }

    /// Returns the regex with the flags that matter, and a word about those that are not needed.
    private static func advice(_ inner: String, _ flags: String) -> String {
        let needed = "msx".filter(flags.contains)
        let written = "'\(needed.isEmpty ? "" : "(?\(needed))")\(inner.replacing("'", with: "''"))'"
        let short = written.unicodeScalars.count > 60 ? "it without them" : written
        return short + (flags.contains("i") ? ": letter case makes no difference" : "")
    }

    /// Returns what stands between the slashes, and the flags behind them.
    private static func parts(_ text: String) -> (inner: String, flags: String)? {
        let flags = text.unicodeScalars.reversed().prefix { "gimsuxy".unicodeScalars.contains($0) }.reversed()
        let rest = text.unicodeScalars.dropLast(flags.count)
        guard flags.count < 5, rest.count > 2, rest.first == "/", rest.last == "/" else { return nil }
        return (String(rest.dropFirst().dropLast()), flags.map(String.init).joined())
    }
}
