extension String {
    /// The text without characters that could control the terminal or reverse its lines, except our own colours:
    /// contacts choose their names, providers their refusals, authors of rules their words.
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

    /// Whether an escape begins a colour, for example `[1m` or `[32m`, which is harmless whatever its source.
    private static func isColour(_ rest: Substring.UnicodeScalarView) -> Bool {
        guard rest.first == "[" else { return false }
        let digits = rest.dropFirst().prefix(3).prefix { ("0"..."9").contains($0) }
        return (1...2).contains(digits.count) && rest.dropFirst(1 + digits.count).first == "m"
    }

    /// The text on one line, without characters that could control the terminal or reverse the line: contacts choose
    /// their names and words.
    var safeLine: String {
        var line = String.UnicodeScalarView()
        var isBehindBreak = false
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0x0A...0x0D, 0x85, 0x2028, 0x2029: isBehindBreak = true
            // Marks of direction are dropped.
            case 0x200E, 0x200F, 0x061C, 0x202A...0x202E, 0x2066...0x2069: break
            default:
                if isBehindBreak, !line.isEmpty { line += " ⏎ ".unicodeScalars }
                isBehindBreak = false
                line.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
            }
        }
        return String(line)
    }
}
