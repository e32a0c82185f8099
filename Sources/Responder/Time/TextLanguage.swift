import Matching

/// A language, as far as it is known from the script.
public enum TextLanguage: String, Sendable, Hashable, CaseIterable {
    /// Hebrew script.
    case hebrew = "he"
    /// Arabic script.
    case arabic = "ar"
    /// Latin script.
    case english = "en"
    /// Cyrillic script.
    case russian = "ru"

    /// Finds the language whose script has the most letters in the text; `nil` if the text has no letters of these
    /// scripts. Of two languages with the same number, the one that comes first in the text counts. Links and mail
    /// addresses are Latin in every language, so their letters do not count.
    public init?(of text: String) {
        var counts: [(language: TextLanguage, count: Int)] = []
        for scalar in text.withoutLinks.unicodeScalars {
            guard let language = Self.language(of: scalar) else { continue }
            if let place = counts.firstIndex(where: { $0.language == language }) {
                counts[place].count += 1
            } else {
                counts.append((language, 1))
            }
        }
        let most = counts.map(\.count).max()
        guard let first = counts.first(where: { $0.count == most }) else { return nil }
        self = first.language
    }

    private static func language(of scalar: Unicode.Scalar) -> TextLanguage? {
        switch scalar.value {
        case 0x05D0...0x05EA, 0xFB1D...0xFB4F: .hebrew
        case 0x0620...0x064A, 0x066E...0x06D3, 0x0750...0x077F, 0xFB50...0xFDFF, 0xFE70...0xFEFC: .arabic
        case 0x41...0x5A, 0x61...0x7A, 0xC0...0x24F: .english
        case 0x0400...0x052F: .russian
        default: nil
        }
    }
}
