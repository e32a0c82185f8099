import Foundation

/// A text folded in the slow and obvious way, by Foundation and by the rules of `rules-language.md`, without the target
/// Matching.
public struct TextOracle {
    /// The kind of a unit.
    public enum Kind { case letter, digit, sign, emoji, quote, space, punctuation }

    /// A unit that a person would count as one: a letter with its marks, or an emoji with everything that is joined to
    /// it.
    public struct Unit: Hashable {
        /// The text of the unit.
        public var text: String
        /// The kind of the unit.
        public var kind: Kind

        /// Whether the unit is a letter or a digit.
        public var isWordlike: Bool { kind == .letter || kind == .digit }

        /// Compares by scalars: Swift takes e + ´ and é for equal, which would hide a mistake.
        public static func == (left: Unit, right: Unit) -> Bool { left.scalars == right.scalars }
        /// Hashes the scalars, by which units are compared.
        public func hash(into hasher: inout Hasher) { hasher.combine(scalars) }
        private var scalars: [Unicode.Scalar] { Array(text.unicodeScalars) }
    }

    /// A word, a sign or an emoji.
    public struct Token: Equatable {
        /// The units of the token.
        public var units: [Unit]
        /// Whether the token is a word.
        public var isWord: Bool
        /// Whether it stands directly behind another word, as in scripts without spaces.
        public var isAttached = false
        /// Whether it is a link or a mail address.
        public var isLink = false
        /// The text of the token.
        public var text: String { units.map(\.text).joined() }

        /// Compares what the tokens say.
        public static func == (left: Token, right: Token) -> Bool {
            left.units == right.units && left.isWord == right.isWord && left.isLink == right.isLink
        }

        var isHebrew: Bool { units.allSatisfy { "א"..."ת" ~= $0.text } }
    }

    /// The text, letter by letter.
    public let units: [Unit]
    /// The text, word by word.
    public let tokens: [Token]

    /// Folds `text` and divides it into units and tokens; the accents that `accents: ignore` names may be taken off.
    public init(_ text: String, ignoresAccents: Bool = false) {
        let units = Self.withoutQuotesInWords(Self.units(Self.folded(text))).map(Self.withoutTurkishDot)
        self.units = ignoresAccents ? units.flatMap(Self.withoutAccent) : units
        tokens = Self.tokens(self.units, links: LinkOracle.links(in: self.units))
    }

    /// Whether nothing is left of the text.
    public var isEmpty: Bool { units.isEmpty }

    /// The words alone, with which a phrase without signs is compared.
    public var words: [Token] { tokens.filter(\.isWord) }

    /// The text without spaces, punctuation, signs and emoji at its ends; all of it if it is made of nothing else.
    public var core: [Unit] {
        guard let first = units.firstIndex(where: \.isWordlike), let last = units.lastIndex(where: \.isWordlike) else {
            return units
        }
        return Array(units[first...last])
    }

    /// Whether the text is `whole`, except for what stands around its words; the signs around those of `whole` must be
    /// there. Of signs alone, those of `whole` must be there, and no word.
    public func isWhole(_ whole: TextOracle) -> Bool {
        guard whole.tokens.contains(where: \.isWord) else {
            if whole.tokens.isEmpty { return units == whole.units }
            return !tokens.contains(where: \.isWord) && KeywordOracle.hold(tokens[...], whole.tokens[...])
        }
        func signs(_ text: TextOracle, before: Bool) -> ArraySlice<Token> {
            let tokens = before ? text.tokens : text.tokens.reversed()
            let signs = tokens.prefix { !$0.isWord }
            return before ? signs : ArraySlice(signs.reversed())
        }
        return core == whole.core
            && [true, false].allSatisfy {
                KeywordOracle.hold(signs(self, before: $0), signs(whole, before: $0))
            }
    }

    /// Whether the text begins with `start`, either at once or at its first letter or digit.
    public func begins(with start: [Unit]) -> Bool {
        units.starts(with: start) || units.drop { !$0.isWordlike }.starts(with: start)
    }

    /// Whether `part` is in the text; `false` if `part` is empty.
    public func holds(_ part: [Unit]) -> Bool {
        guard !part.isEmpty, part.count <= units.count else { return false }
        return (0...(units.count - part.count)).contains { Array(units[$0..<($0 + part.count)]) == part }
    }

    // MARK: Folding

    private static let quotes = Set("'\"`´«»׳״‘’‚‛“”„‟′″‴‵‹›".unicodeScalars)

    private static func folded(_ text: String) -> [Unicode.Scalar] {
        var scalars: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars where !isIgnored(scalar) {
            if quotes.contains(scalar) {
                scalars.append("'")
            } else if scalar == "٪" {
                scalars.append("%")
            } else if let number = number(scalar) {
                scalars += "\(number)".unicodeScalars
            } else {
                scalars.append(scalar)
            }
        }
        // Signs that Unicode would write out in letters stay as they are. So do tags: Foundation composes the tag "g" and
        // an accent to the letter ǵ.
        return scalars.split(omittingEmptySubsequences: false) { isSignOfLetters($0) || isTag($0) }.reduce(into: []) {
            if !$0.isEmpty || $1.startIndex > 0 { $0.append(scalars[$1.startIndex - 1]) }
            $0 += foldedRun($1)
        }
    }

    private static func foldedRun(_ run: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
        var scalars = String.UnicodeScalarView()
        scalars += run
        let lower = String(scalars).precomposedStringWithCompatibilityMapping.folding(
            options: .caseInsensitive, locale: nil)
        // Decomposing has set marks free: they are removed too, and the rest is composed again.
        var rest = String.UnicodeScalarView()
        rest += lower.decomposedStringWithCompatibilityMapping.unicodeScalars.filter { !isIgnored($0) }
        return Array(String(rest).precomposedStringWithCompatibilityMapping.unicodeScalars)
    }

    /// Returns the number that a digit, or a number with a frame around it, stands for.
    public static func number(_ scalar: Unicode.Scalar) -> Int? {
        let isNumber = [.decimalNumber, .otherNumber].contains(scalar.properties.generalCategory)
        return isNumber || scalar == "\u{1F51F}" ? Character(scalar).wholeNumberValue ?? (isNumber ? nil : 10) : nil
    }

    private static func isSignOfLetters(_ scalar: Unicode.Scalar) -> Bool {
        if "ªºℹ".unicodeScalars.contains(scalar) { return true }
        let written = String(scalar).decomposedStringWithCompatibilityMapping
        return written.contains("\u{2044}") && scalar != "\u{2044}"
            || [.mathSymbol, .currencySymbol, .otherSymbol, .modifierSymbol].contains(
                scalar.properties.generalCategory) && written.contains { $0.isLetter || $0.isNumber }
    }

    /// Whether folding leaves a scalar out: niqqud and cantillation, Arabic vowel marks and tatweel, bidi and
    /// zero-width controls, and the scalars that give an emoji its colour or its frame.
    private static func isIgnored(_ scalar: Unicode.Scalar) -> Bool {
        let category = scalar.properties.generalCategory
        switch scalar.value {
        case 0x200D: return false
        case 0x0590...0x05FF, 0xFB1E: return category == .nonspacingMark
        case 0x0640, 0x064B...0x0652, 0x0670: return true
        case 0xFE0E, 0xFE0F, 0x20E3, 0x1F3FB...0x1F3FF: return true
        case _ where isTag(scalar): return false
        default: return category == .format
        }
    }

    private static func isTag(_ scalar: Unicode.Scalar) -> Bool { (0xE0020...0xE007F).contains(scalar.value) }

    // MARK: Units

    /// The letters of which two make a flag.
    private static let flagLetters: ClosedRange<Unicode.Scalar> = "\u{1F1E6}"..."\u{1F1FF}"

    private static func kind(_ scalar: Unicode.Scalar) -> Kind? {
        if scalar == "'" { return .quote }
        if scalar == "ℹ" { return .emoji }
        if scalar.properties.isWhitespace { return .space }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return .letter
        case .decimalNumber, .letterNumber, .otherNumber: return .digit
        case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
            return scalar.properties.isEmoji ? .emoji : .sign
        case .nonspacingMark, .spacingMark, .enclosingMark: return nil
        case .control: return .space
        default: return "#%&*/@\\§¶†‡‰‱※".unicodeScalars.contains(scalar) ? .sign : .punctuation
        }
    }

    private static func units(_ scalars: [Unicode.Scalar]) -> [Unit] {
        var units: [Unit] = []
        var isJoined = false
        for scalar in scalars {
            if scalar == "\u{200D}" {
                isJoined = true
                continue
            }
            if isTag(scalar) {
                // A tag is part of the emoji before it, or nothing.
                if units.last?.kind == .emoji { units[units.count - 1].text.unicodeScalars.append(scalar) }
                continue
            }
            guard let kind = kind(scalar) else {
                // A mark belongs to the letter before it, or to nothing.
                guard var last = units.last, last.isWordlike else { continue }
                last.text.unicodeScalars.append(scalar)
                // A joiner may have kept them apart until now, so they are composed again.
                last.text = last.text.precomposedStringWithCompatibilityMapping
                units[units.count - 1] = last
                continue
            }
            let last = units.last?.kind
            if kind == .emoji, last == .emoji, isJoined {
                units[units.count - 1].text.unicodeScalars += ["\u{200D}", scalar]
            } else if flagLetters.contains(scalar), let first = units.last?.text.unicodeScalars, first.count == 1,
                flagLetters.contains(first[first.startIndex])
            {
                units[units.count - 1].text.unicodeScalars.append(scalar)
            } else if !(kind == last && (kind == .space || kind == .quote)) {
                units.append(Unit(text: kind == .space ? " " : String(scalar), kind: kind))
            }
            isJoined = false
        }
        if units.last?.kind == .space { units.removeLast() }
        if units.first?.kind == .space { units.removeFirst() }
        return units
    }

    /// Removes quotes between letters: `צה״ל` becomes `צהל`.
    private static func withoutQuotesInWords(_ units: [Unit]) -> [Unit] {
        units.indices.filter { place in
            let isInside = place > 0 && place + 1 < units.count
            return
                !(isInside && units[place].kind == .quote && units[place - 1].kind == .letter
                && units[place + 1].kind == .letter && !isOfScriptWithoutSpaces(units[place - 1])
                && !isOfScriptWithoutSpaces(units[place + 1]))
        }.map { units[$0] }
    }

    /// Returns an `i` without the dot that it has anyway: İ becomes an i with two of them.
    private static func withoutTurkishDot(_ unit: Unit) -> Unit {
        var scalars = unit.text.decomposedStringWithCanonicalMapping.unicodeScalars
        guard scalars.first == "i" else { return unit }
        scalars.removeAll { $0 == "\u{307}" }
        return Unit(text: String(scalars).precomposedStringWithCanonicalMapping, kind: unit.kind)
    }

    /// Returns a letter without its accent, as the manual lists them.
    private static func withoutAccent(_ unit: Unit) -> [Unit] {
        guard unit.kind == .letter else { return [unit] }
        let scalars = unit.text.decomposedStringWithCanonicalMapping.unicodeScalars
        let marks = scalars.dropFirst()
        let bare = String(scalars.first ?? " ")
        var text = unit.text
        if bare.unicodeScalars.allSatisfy({ $0.value < 0x250 || (0x1E00...0x1EFF).contains($0.value) }) {
            text = bare
        } else if bare == "е" || ("\u{600}"..."\u{6FF}").contains(bare) {
            let dropped: Set<Unicode.Scalar> = bare == "е" ? ["\u{308}"] : ["\u{653}", "\u{654}", "\u{655}"]
            let kept = marks.filter { !dropped.contains($0) }
            text = (bare + kept.map(String.init).joined()).precomposedStringWithCanonicalMapping
        }
        let others = ["œ": "oe", "æ": "ae", "ٱ": "ا", "ة": "ه"]
        let rest = text.unicodeScalars.dropFirst().map(String.init).joined()
        text = (others[String(text.unicodeScalars.first ?? " ")] ?? String(text.unicodeScalars.first ?? " ")) + rest
        let isWrittenOut = text == "oe" || text == "ae"
        return isWrittenOut ? text.map { Unit(text: String($0), kind: .letter) } : [Unit(text: text, kind: .letter)]
    }

    /// Whether the letter is Chinese, Japanese, Thai, Lao, Khmer or Burmese; the random texts have no others.
    static func isOfScriptWithoutSpaces(_ unit: Unit) -> Bool {
        guard unit.kind == .letter, let first = unit.text.unicodeScalars.first, first.value >= 0xE00 else {
            return false
        }
        return String(first).firstMatch(
            of: /[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー]/) != nil
    }

    private static func tokens(_ units: [Unit], links: [Range<Int>]) -> [Token] {
        var tokens: [Token] = []
        var last: Unit?
        var place = 0
        while place < units.count {
            if let link = links.first(where: { $0.lowerBound == place }) {
                tokens.append(
                    Token(units: Array(units[link]), isWord: true, isAttached: last?.isWordlike == true, isLink: true))
                place = link.upperBound
                last = units[place - 1]
                while place < units.count, units[place].text == "/" {
                    place += 1
                    last = nil
                }
                if last != nil, place < units.count, units[place].isWordlike {
                    tokens.append(Token(units: [units[place]], isWord: true, isAttached: true))
                    last = units[place]
                    place += 1
                }
                continue
            }
            let unit = units[place]
            let isBehindWord = unit.isWordlike && last?.isWordlike == true
            let isApart = isOfScriptWithoutSpaces(unit) || last.map(isOfScriptWithoutSpaces) == true
            if isBehindWord, !isApart {
                tokens[tokens.count - 1].units.append(unit)
            } else if unit.isWordlike || unit.kind == .sign || unit.kind == .emoji {
                tokens.append(Token(units: [unit], isWord: unit.isWordlike, isAttached: isBehindWord))
            }
            last = unit
            place += 1
        }
        return tokens
    }
}
