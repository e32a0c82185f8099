/// The result of one check of `replyd doctor`.
struct Finding: Equatable {
    enum Severity: String {
        case fine = "ok"
        /// The subject works, but a person should know about the problem.
        case warning
        case wrong
    }

    var severity: Severity
    /// The subject of the check: `rules`, `database`, `account 972…`.
    var subject: String
    /// The state of the subject.
    var text: String
    /// The instruction that corrects the problem.
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
