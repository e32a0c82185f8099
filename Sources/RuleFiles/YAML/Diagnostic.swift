/// One thing that is wrong with a file, where, and what to do about it.
public struct Diagnostic: Sendable, Hashable {
    /// Whether the file can be used all the same.
    public enum Severity: String, Sendable {
        case error, warning
    }

    /// Names the kind of problem to machines: `error`, or the kind of warning.
    public var code: String
    /// Whether the file can be used all the same.
    public var severity: Severity
    /// The file as the person named it.
    public var file: String
    /// nil where the file as a whole is meant.
    public var range: SourceRange?
    /// What is wrong.
    public var message: String
    /// What to do: shown behind the caret.
    public var hint: String?

    /// Makes a diagnostic of its parts.
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

    /// `file:line:column: error: message`.
    public var headline: String {
        let place = range.map { "\(file):\($0.line):\($0.column)" } ?? file
        return "\(place): \(severity.rawValue): \(message)"
    }

    /// The headline, the line itself and a caret under the place.
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
    /// Whether there is one that forbids to use the files.
    public var hasErrors: Bool { contains { $0.severity == .error } }
}
