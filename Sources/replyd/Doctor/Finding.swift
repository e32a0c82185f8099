/// One thing that the doctor looked at.
struct Finding: Equatable {
    enum Severity: String {
        case fine = "ok"
        /// It works, but somebody should know.
        case warning
        case wrong
    }

    var severity: Severity
    /// What was looked at: `rules`, `database`, `account 972…`.
    var subject: String
    /// How it is.
    var text: String
    /// What to do about it.
    var remedy: String?

    static func fine(_ subject: String, _ text: String) -> Finding {
        Finding(severity: .fine, subject: subject, text: text)
    }

    static func warning(_ subject: String, _ text: String, do remedy: String?) -> Finding {
        Finding(severity: .warning, subject: subject, text: text, remedy: remedy)
    }

    static func wrong(_ subject: String, _ text: String, do remedy: String?) -> Finding {
        Finding(severity: .wrong, subject: subject, text: text, remedy: remedy)
    }

    func text(_ terminal: Terminal) -> String {
        let word = severity.rawValue.padded(to: 8)
        let mark =
            switch severity {
            case .fine: terminal.green(word)
            case .warning: terminal.yellow(word)
            case .wrong: terminal.red(word)
            }
        return "\(mark) \(subject): \(text)" + (remedy.map { "\n         → \($0)" } ?? "")
    }
}
