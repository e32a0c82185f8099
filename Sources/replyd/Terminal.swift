import Foundation

/// What a terminal can show.
struct Terminal {
    /// Whether colours are wanted: only on a terminal, and not where `NO_COLOR` is set.
    let hasColour: Bool

    /// How many columns a line has; `Int.max` where nothing is to be cut, since a program or a file gets it.
    let width: Int

    /// The terminal behind standard output.
    static let output = Terminal(STDOUT_FILENO)

    /// One that shows nothing but letters.
    static let plain = Terminal(hasColour: false, width: 120)

    /// Makes a terminal of its properties.
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

    /// Whether what is too long for a line is cut.
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

    /// How many columns a terminal gives it: marks take none, emoji and East Asian letters two.
    var columns: Int { reduce(0) { $0 + $1.columns } }

    /// Its beginning, where it takes more than `width` columns or has more than 16 scalars for each; a `…` says so.
    func shortened(to width: Int) -> String {
        let (limit, isUnlimited) = width.multipliedReportingOverflow(by: 16)
        guard columns > width || !isUnlimited && unicodeScalars.count > limit else { return self }
        var columns = width - 1
        var scalars = limit - 1
        let whole = prefix { character in
            columns -= character.columns
            scalars -= character.unicodeScalars.count
            return columns >= 0 && (isUnlimited || scalars >= 0)
        }
        if whole.isEmpty, let first, first.columns < width {
            // All there is to be seen is a letter, and no terminal shows so many marks on it.
            return String(String.UnicodeScalarView(unicodeScalars.prefix(limit - 1))) + "…"
        }
        return whole + "…"
    }

    /// On one line, without what could write to the terminal or turn the line: contacts choose their names and words.
    var onOneLine: String {
        var line = String.UnicodeScalarView()
        var isBehindBreak = false
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0x0A...0x0D, 0x85, 0x2028, 0x2029: isBehindBreak = true
            // Marks of direction.
            case 0x200E, 0x200F, 0x061C, 0x202A...0x202E, 0x2066...0x2069: break
            default:
                if isBehindBreak, !line.isEmpty { line += " ⏎ ".unicodeScalars }
                isBehindBreak = false
                line.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
            }
        }
        return String(line)
    }

    /// The text set apart from what surrounds it: in a line of both directions it keeps to itself (U+2068, U+2069).
    var isolated: String {
        let isRightToLeft = unicodeScalars.contains {
            (0x590...0x8FF).contains($0.value) || (0xFB1D...0xFEFC).contains($0.value)
        }
        return isRightToLeft ? "\u{2068}\(self)\u{2069}" : self
    }
}

extension Character {
    fileprivate var columns: Int {
        var width = 0
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: continue
            default: width = max(width, scalar.isWide ? 2 : 1)
            }
        }
        // An emoji that is asked for by U+FE0F.
        return width == 1 && unicodeScalars.contains("\u{FE0F}") ? 2 : width
    }
}

extension Unicode.Scalar {
    /// Whether terminals give it two columns: `W` and `F` of East_Asian_Width, as far as they are in use.
    fileprivate var isWide: Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            true
        default: properties.isEmojiPresentation
        }
    }
}
