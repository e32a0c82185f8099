import Foundation

/// What a terminal can show.
struct Terminal {
    /// Whether colours are wanted: only on a terminal, and not where `NO_COLOR` is set.
    let hasColour: Bool

    /// The terminal behind standard output.
    static let output = Terminal(STDOUT_FILENO)

    private init(_ descriptor: Int32) {
        let environment = ProcessInfo.processInfo.environment
        hasColour = isatty(descriptor) == 1 && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    func green(_ text: String) -> String { coloured(text, 32) }
    func red(_ text: String) -> String { coloured(text, 31) }
    func yellow(_ text: String) -> String { coloured(text, 33) }
    func dim(_ text: String) -> String { coloured(text, 2) }
    func bold(_ text: String) -> String { coloured(text, 1) }

    private func coloured(_ text: String, _ code: Int) -> String {
        hasColour ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

extension String {
    /// The text with spaces behind it, `width` columns wide.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(width - columns, 0))
    }

    /// How many columns a terminal gives it: marks take none.
    var columns: Int {
        unicodeScalars.count {
            switch $0.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: false
            default: true
            }
        }
    }

    /// The text set apart from what surrounds it: in a line of both directions it keeps to itself (U+2068, U+2069).
    var isolated: String {
        let isRightToLeft = unicodeScalars.contains {
            (0x590...0x8FF).contains($0.value) || (0xFB1D...0xFEFC).contains($0.value)
        }
        return isRightToLeft ? "\u{2068}\(self)\u{2069}" : self
    }
}
