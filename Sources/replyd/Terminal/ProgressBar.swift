import Foundation
import Responder

/// A progress line on standard error that is cleared at the end. It is not shown if standard error is no terminal.
struct ProgressBar {
    private let total: Int
    private let isShown: Bool
    private var shown = -1

    init(total: Int) {
        self.total = total
        isShown = total > 0 && isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    /// Shows the number of finished items, if the percentage has changed.
    mutating func show(_ done: Int) {
        guard isShown, case let percent = done * 100 / total, percent != shown else { return }
        shown = percent
        FileHandle.standardError.write(Data(("\r" + Self.line(done, of: total)).utf8))
    }

    /// Clears the line.
    func clear() {
        guard isShown else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
    }

    static func line(_ done: Int, of total: Int) -> String {
        let width = 30
        let full = done * width / max(total, 1)
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
        return "\(bar) \(done * 100 / max(total, 1))%  \(done.grouped) of \(total.grouped) messages"
    }
}
