import Foundation

/// The abilities of a terminal.
struct Terminal {
    /// Whether colours are used: only on a terminal, and not if `NO_COLOR` is set.
    let hasColour: Bool

    /// The number of columns of a line; `Int.max` if nothing is cut because the output goes to a program or a file.
    let width: Int

    /// The terminal of standard output.
    static let output = Terminal(STDOUT_FILENO)

    /// A terminal without colours, 120 columns wide.
    static let plain = Terminal(hasColour: false, width: 120)

    init(hasColour: Bool, width: Int) {
        self.hasColour = hasColour
        self.width = width
    }

    private init(_ descriptor: Int32) {
        let environment = ProcessInfo.processInfo.environment
        let isTerminal = isatty(descriptor) == 1
        hasColour = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        var size = winsize()
        let isKnown = isTerminal && ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col >= 40
        width = isKnown ? Int(size.ws_col) : isTerminal ? 120 : .max
    }

    /// Whether text that is too long for a line is cut.
    var cuts: Bool { width != .max }

    func green(_ text: String) -> String { coloured(text, 32) }
    func red(_ text: String) -> String { coloured(text, 31) }
    func yellow(_ text: String) -> String { coloured(text, 33) }
    func dim(_ text: String) -> String { coloured(text, 2) }
    func bold(_ text: String) -> String { coloured(text, 1) }

    private func coloured(_ text: String, _ code: Int) -> String {
        hasColour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
