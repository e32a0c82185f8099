/// Whether accents tell one letter from another.
public enum Accents: String, Sendable, Hashable, CaseIterable {
    /// `cómo` is another word than `como`.
    case count
    /// Latin letters are the same with any marks, `œ` is `oe` and `æ` is `ae`; Russian `ё` is `е`; Arabic letters are
    /// the same with a hamza, a madda or a wasla on them, and a ta marbuta is a `ه`: those that people leave out.
    case ignore
}

extension Accents {
    /// Returns the letters to which a folded letter is reduced, if that is not itself: it is no letter with a mark for
    /// Unicode, but people write it without its accent all the same.
    static func reduced(_ letter: Unicode.Scalar) -> (Unicode.Scalar, Unicode.Scalar?)? {
        switch letter {
        case "œ": ("o", "e")
        case "æ": ("a", "e")
        case "\u{671}": ("\u{627}", nil)
        case "\u{629}": ("\u{647}", nil)
        default: nil
        }
    }

    /// Whether a mark on this folded letter is an accent that can be left out.
    static func isAccent(_ mark: Unicode.Scalar, on letter: Unicode.Scalar) -> Bool {
        switch letter.value {
        case 0x61...0x7A, 0xDF...0x24F, 0x1E00...0x1EFF: true
        // The diaeresis of ё; the breve of й makes another letter.
        case 0x435: mark == "\u{308}"
        // Madda above, hamza above, hamza below.
        case 0x600...0x6FF: (0x653...0x655).contains(mark.value)
        default: false
        }
    }
}
