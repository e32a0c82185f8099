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
    /// Without what could write to the terminal or turn its lines, but for our own colours: contacts choose their names,
    /// providers their refusals, authors of rules their words.
    var harmless: String {
        var scalars = String.UnicodeScalarView()
        var rest = unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar.value {
            case 0x09, 0x0A:
                scalars.append(scalar)
            case 0x1B where Self.isColour(rest):
                scalars.append(scalar)
            case 0x202A...0x202E:
                scalars.append("\u{FFFD}")
            default:
                scalars.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
            }
        }
        return String(scalars)
    }

    /// `[1m`, `[32m`: nothing but a colour, whoever wrote it.
    private static func isColour(_ rest: Substring.UnicodeScalarView) -> Bool {
        guard rest.first == "[" else { return false }
        let digits = rest.dropFirst().prefix(3).prefix { ("0"..."9").contains($0) }
        return (1...2).contains(digits.count) && rest.dropFirst(1 + digits.count).first == "m"
    }

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
