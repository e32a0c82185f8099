import Foundation
import Synchronization

/// What one Unicode scalar of a text becomes when the text is folded.
struct FoldedScalar: Sendable {
    enum Kind: UInt8 {
        case letter, digit, mark, quote, space, punctuation, symbol, emoji, joiner
    }

    var scalar: Unicode.Scalar
    var kind: Kind
    /// The canonical combining class (Unicode 16, section 3.11); 0 for anything that is no combining mark.
    var combiningClass: UInt8 = 0
}

extension Collection {
    /// The element, where there is just one.
    fileprivate var onlyElement: Element? { count == 1 ? first : nil }
}

/// The folding of single scalars, worked out once a scalar and remembered.
///
/// Foundation knows compatibility decomposition but is slow at it, and the standard library does not offer it;
/// texts use few different scalars, so each is asked for once.
final class FoldingTable: Sendable {
    static let shared = FoldingTable()

    /// What the scalars below ``firstOther`` become, where that is one scalar: Latin, Greek, Cyrillic, Hebrew, Arabic.
    private let table: [FoldedScalar?]
    private static let firstOther: UInt32 = 0x700
    private let others = Mutex<[UInt32: [FoldedScalar]]>([:])

    private init() {
        table = (0..<Self.firstOther).map { value in
            Unicode.Scalar(value).flatMap { Self.fold($0).onlyElement }
        }
    }

    /// What a scalar becomes; nil where it is an uncommon one or does not become one scalar: then ``folded(_:)`` tells.
    func common(_ scalar: Unicode.Scalar) -> FoldedScalar? {
        scalar.value < Self.firstOther ? table[Int(scalar.value)] : nil
    }

    /// What a scalar becomes.
    func folded(_ scalar: Unicode.Scalar) -> [FoldedScalar] {
        others.withLock { others in
            if let known = others[scalar.value] { return known }
            let folded = Self.fold(scalar)
            others[scalar.value] = folded
            return folded
        }
    }

    /// Folds one scalar: quotes made alike, controls and vowel marks dropped, then NFKD and case folding.
    ///
    /// Two texts are equal under NFKC exactly when they are under NFKD, so the cheaper form is kept.
    private static func fold(_ scalar: Unicode.Scalar) -> [FoldedScalar] {
        if quotes.contains(scalar) { return [FoldedScalar(scalar: "'", kind: .quote)] }
        if scalar == "\u{200D}" { return [FoldedScalar(scalar: scalar, kind: .joiner)] }
        if isDropped(scalar) { return [] }
        if scalar.properties.isWhitespace || scalar.properties.generalCategory == .control {
            return [FoldedScalar(scalar: " ", kind: .space)]
        }
        let decomposed = String(scalar).decomposedStringWithCompatibilityMapping
        let cased =
            switch scalar {
            // It has no lower-case partner in case folding; going by way of its upper case would make it an "i".
            case "\u{131}": decomposed
            // The capital ß, which is its own upper case.
            case "\u{1E9E}": "ss"
            default: decomposed.uppercased().lowercased()
            }
        return cased.decomposedStringWithCompatibilityMapping.unicodeScalars.compactMap { piece in
            if isDropped(piece) { return nil }
            if quotes.contains(piece) { return FoldedScalar(scalar: "'", kind: .quote) }
            // Final sigma is lower-cased by its place in a word; folding knows one sigma.
            let folded = piece == "ς" ? "σ" : piece
            return FoldedScalar(
                scalar: folded,
                kind: kind(of: folded),
                combiningClass: folded.properties.canonicalCombiningClass.rawValue
            )
        }
    }

    private static func kind(of scalar: Unicode.Scalar) -> FoldedScalar.Kind {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: .letter
        case .decimalNumber, .letterNumber, .otherNumber: .digit
        case .nonspacingMark, .spacingMark, .enclosingMark: .mark
        case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
            scalar.properties.isEmoji ? .emoji : .symbol
        case .spaceSeparator, .lineSeparator, .paragraphSeparator, .control: .space
        default: .punctuation
        }
    }

    /// Geresh, gershayim, apostrophes, primes and quotation marks of every script: all are the same quote.
    private static let quotes: Set<Unicode.Scalar> = [
        "'", "\"", "`", "\u{B4}", "\u{AB}", "\u{BB}", "\u{2B9}", "\u{2BA}", "\u{2BB}", "\u{2BC}", "\u{2BD}",
        "\u{5F3}", "\u{5F4}", "\u{2018}", "\u{2019}", "\u{201A}", "\u{201B}", "\u{201C}", "\u{201D}", "\u{201E}",
        "\u{201F}", "\u{2032}", "\u{2033}", "\u{2034}", "\u{2035}", "\u{2036}", "\u{2039}", "\u{203A}",
        "\u{1FFD}", "\u{301D}", "\u{301E}", "\u{301F}", "\u{FF02}", "\u{FF07}",
    ]

    /// Scalars that leave no trace: format controls, Hebrew points and accents, Arabic vowel marks and tatweel,
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
