extension String {
    /// One line that can neither write to a terminal nor turn what stands beside it: fit for what others have chosen.
    var printable: String {
        replacing { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
    }

    /// Without characters that could write to a terminal.
    var withoutControls: String { replacing { $0.properties.generalCategory == .control } }

    private func replacing(where isReplaced: (Unicode.Scalar) -> Bool) -> String {
        // Nearly all that is logged is plain ASCII, and asking for each character's category takes its time.
        guard unicodeScalars.contains(where: { !(0x20..<0x7F).contains($0.value) && isReplaced($0) }) else {
            return self
        }
        return String(String.UnicodeScalarView(unicodeScalars.map { isReplaced($0) ? "\u{FFFD}" : $0 }))
    }
}
