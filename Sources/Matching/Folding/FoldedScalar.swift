import Foundation
import Synchronization

/// One scalar of a folded text.
struct FoldedScalar: Sendable {
    enum Kind: UInt8 {
        case letter, digit, mark, quote, space, punctuation, symbol, emoji, tag, joiner
    }

    var scalar: Unicode.Scalar
    var kind: Kind
    /// The canonical combining class (Unicode 16, section 3.11); 0 for anything that is no combining mark.
    var combiningClass: UInt8 = 0
}

extension Collection {
    /// The element, if there is just one.
    fileprivate var onlyElement: Element? { count == 1 ? first : nil }
}

/// The folding of single scalars, computed once for each scalar and then remembered.
///
/// Foundation offers compatibility decomposition but is slow at it, and the standard library does not offer it. Texts
/// use few different scalars, so each is looked up in Foundation once.
final class FoldingTable: Sendable {
    static let shared = FoldingTable()

    /// The folded form of each scalar below ``firstOther`` (Latin, Greek, Cyrillic, Hebrew, Arabic); `nil` if it is not
    /// exactly one scalar.
    private let table: [FoldedScalar?]
    private static let firstOther: UInt32 = 0x700
    private let others = Mutex<[UInt32: [FoldedScalar]]>([:])

    private init() {
        table = (0..<Self.firstOther).map { value in
            Unicode.Scalar(value).flatMap { Self.fold($0).onlyElement }
        }
    }

    /// Returns the folded form of a scalar, or `nil` if the scalar is uncommon or does not become exactly one scalar;
    /// ``folded(_:)`` returns it then.
    func common(_ scalar: Unicode.Scalar) -> FoldedScalar? {
        scalar.value < Self.firstOther ? table[Int(scalar.value)] : nil
    }

    /// Returns the folded form of any scalar: none, one or several scalars.
    func folded(_ scalar: Unicode.Scalar) -> [FoldedScalar] {
        others.withLock { others in
            if let known = others[scalar.value] { return known }
            let folded = Self.fold(scalar)
            others[scalar.value] = folded
            return folded
        }
    }

    /// Folds one scalar: makes quotes and digits alike, drops format controls and vowel marks, then applies NFKD and
    /// case folding.
    ///
    /// Two texts are equal under NFKC exactly if they are equal under NFKD, so the cheaper form is used.
    private static func fold(_ scalar: Unicode.Scalar) -> [FoldedScalar] {
        if quotes.contains(scalar) { return [FoldedScalar(scalar: "'", kind: .quote)] }
        if scalar == "\u{200D}" { return [FoldedScalar(scalar: scalar, kind: .joiner)] }
        if scalar.isTag { return [FoldedScalar(scalar: scalar, kind: .tag)] }
        if isDropped(scalar) { return [] }
        if scalar.properties.isWhitespace || scalar.properties.generalCategory == .control {
            return [FoldedScalar(scalar: " ", kind: .space)]
        }
        if scalar == "٪" { return [FoldedScalar(scalar: "%", kind: .symbol)] }
        if let digits = scalar.plainDigits {
            return digits.unicodeScalars.map { FoldedScalar(scalar: $0, kind: .digit) }
        }
        let canonical = Array(String(scalar).decomposedStringWithCanonicalMapping.unicodeScalars)
        if canonical != [scalar] { return canonical.flatMap(fold) }
        let decomposed = String(scalar).decomposedStringWithCompatibilityMapping
        if isOneSign(scalar, decomposed) { return [FoldedScalar(scalar: scalar, kind: kind(of: scalar))] }
        let cased =
            switch scalar {
            // The dotless i has no lower-case partner in case folding; its upper case would turn it into an "i".
            case "\u{131}": decomposed
            // The capital ß is its own upper case.
            case "\u{1E9E}": "ss"
            default: decomposed.uppercased().lowercased()
            }
        return cased.decomposedStringWithCompatibilityMapping.unicodeScalars.compactMap { piece in
            if isDropped(piece) { return nil }
            if quotes.contains(piece) { return FoldedScalar(scalar: "'", kind: .quote) }
            // A final sigma is lower-cased by its position in a word; case folding knows one sigma.
            let folded = piece == "ς" ? "σ" : piece
            return FoldedScalar(
                scalar: folded,
                kind: kind(of: folded),
                combiningClass: folded.properties.canonicalCombiningClass.rawValue
            )
        }
    }

    /// Whether a scalar stands for itself, and not for the letters and digits that it is made of: `№` does not say "no",
    /// `™` not "tm", `ℹ` not "i", and `½` is no 1.
    private static func isOneSign(_ scalar: Unicode.Scalar, _ decomposed: String) -> Bool {
        switch scalar.properties.generalCategory {
        case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
            decomposed.unicodeScalars.contains { $0.properties.isAlphabetic || $0.properties.numericType != nil }
        case .otherNumber: decomposed.unicodeScalars.contains("\u{2044}")
        // The raised letters of "nº" and "1ª".
        case .otherLetter: scalar == "\u{AA}" || scalar == "\u{BA}"
        default: scalar == "ℹ"
        }
    }

    private static func kind(of scalar: Unicode.Scalar) -> FoldedScalar.Kind {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter:
            scalar == "ℹ" ? .emoji : .letter
        case .decimalNumber, .letterNumber, .otherNumber: .digit
        case .nonspacingMark, .spacingMark, .enclosingMark: .mark
        case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
            scalar.properties.isEmoji ? .emoji : .symbol
        case .spaceSeparator, .lineSeparator, .paragraphSeparator, .control: .space
        default: signs.contains(scalar) ? .symbol : .punctuation
        }
    }

    /// Signs that say something, which Unicode counts as punctuation like full stops and dashes: `C#` is not `C`.
    private static let signs: Set<Unicode.Scalar> = [
        "#", "%", "&", "*", "/", "@", "\\", "§", "¶", "†", "‡", "‰", "‱", "※",
    ]

    /// Geresh, gershayim, apostrophes, primes and quotation marks of every script, which all become the same quote.
    private static let quotes: Set<Unicode.Scalar> = [
        "'", "\"", "`", "\u{B4}", "\u{AB}", "\u{BB}", "\u{2B9}", "\u{2BA}", "\u{2BB}", "\u{2BC}", "\u{2BD}",
        "\u{5F3}", "\u{5F4}", "\u{2018}", "\u{2019}", "\u{201A}", "\u{201B}", "\u{201C}", "\u{201D}", "\u{201E}",
        "\u{201F}", "\u{2032}", "\u{2033}", "\u{2034}", "\u{2035}", "\u{2036}", "\u{2039}", "\u{203A}",
        "\u{1FFD}", "\u{301D}", "\u{301E}", "\u{301F}", "\u{FF02}", "\u{FF07}",
    ]

    /// Whether a scalar leaves no trace: format controls, Hebrew points and accents, Arabic vowel marks and tatweel,
    /// variation selectors, the keycap and skin-tone modifiers of emoji.
    private static func isDropped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0591...0x05BD, 0x05BF, 0x05C1, 0x05C2, 0x05C4, 0x05C5, 0x05C7, 0xFB1E: true
        case 0x0610...0x061A, 0x064B...0x0652, 0x0656...0x065F, 0x0670, 0x06D6...0x06DC, 0x06DF...0x06E4,
            0x06E7, 0x06E8, 0x06EA...0x06ED, 0x0640, 0x08D3...0x08FF:
            true
        case 0xFE00...0xFE0F, 0xE0100...0xE01EF, 0x20E3, 0x1F3FB...0x1F3FF, 0x034F: true
        default: scalar.properties.generalCategory == .format && scalar.value != 0x200D
        }
    }
}
