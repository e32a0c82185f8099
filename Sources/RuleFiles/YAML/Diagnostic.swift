/// One problem of a file, with its place and a hint.
public struct Diagnostic: Sendable, Hashable {
    /// Whether the file can be used all the same.
    public enum Severity: String, Sendable {
        /// `error` if the file can't be used, `warning` if it can.
        case error, warning
    }

    /// The kind of problem, for machines: `error`, or the kind of warning.
    public var code: String
    /// Whether the file can be used all the same.
    public var severity: Severity
    /// The file as the person named it.
    public var file: String
    /// The place of the problem; `nil` if it concerns the whole file.
    public var range: SourceRange?
    /// The description of the problem.
    public var message: String
    /// The advice to the person, shown after the caret.
    public var hint: String?

    /// Creates a diagnostic, an error by default.
    public init(
        _ severity: Severity = .error, code: String = "error", file: String, range: SourceRange?, message: String,
        hint: String? = nil
    ) {
        self.code = code
        self.severity = severity
        self.file = file
        self.range = range
        self.message = message
        self.hint = hint
    }

    /// The first line of the report: `file:line:column: error: message`.
    public var headline: String {
        let place = range.map { "\(file):\($0.line):\($0.column)" } ?? file
        return "\(place): \(severity.rawValue): \(message)"
    }

    /// Returns the headline, the line itself and a caret under the place.
    public func rendered(lines: [Substring]) -> String {
        guard let range, lines.indices.contains(range.line - 1) else {
            return hint.map { "\(headline)\n   \($0)" } ?? headline
        }
        let excerpt = Excerpt(of: lines[range.line - 1], at: range)
        let number = String(range.line)
        let margin = String(repeating: " ", count: max(5 - number.count, 0)) + number
        let blank = String(repeating: " ", count: margin.count)
        return """
            \(headline)
            \(margin) | \(excerpt.text)
            \(blank) | \(excerpt.caret)\(hint.map { " \($0)" } ?? "")
            """
    }
}

extension [Diagnostic] {
    /// Whether one of the diagnostics is an error, so that the files can't be used.
    public var hasErrors: Bool { contains { $0.severity == .error } }
}
