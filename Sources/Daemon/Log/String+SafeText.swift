extension String {
    /// The text as one line that can neither write to a terminal nor turn the direction of the text beside it: fit for
    /// text that others have chosen. Control and format characters and line separators become U+FFFD.
    var printable: String {
        replacing { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
    }

    /// The text without characters that could write to a terminal: control characters become U+FFFD.
    var withoutControls: String { replacing { $0.properties.generalCategory == .control } }

    private func replacing(where isReplaced: (Unicode.Scalar) -> Bool) -> String {
        // Nearly all logged text is plain ASCII, and asking for the category of each character takes time.
        guard unicodeScalars.contains(where: { !(0x20..<0x7F).contains($0.value) && isReplaced($0) }) else {
            return self
        }
        return String(String.UnicodeScalarView(unicodeScalars.map { isReplaced($0) ? "\u{FFFD}" : $0 }))
    }
}
