import Matching
import Responder

/// Compiles the texts and regular expressions that rules look for.
struct MatchLinker {
    let catalog: RuleCatalog
    let file: RuleLinker.ReadFile
    private var reader: Reader { file.reader }

    init(catalog: RuleCatalog, file: RuleLinker.ReadFile) {
        self.catalog = catalog
        self.file = file
    }

    func match(_ draft: MatchDraft, prefixes: Phrase.Prefixes, accents: Accents) -> (Match, TextTags.Captures) {
        var match = Match()
        let phrase: (String) -> TextPattern? = {
            Phrase($0, prefixes: prefixes, mistakes: draft.mistakes, accents: accents).map(TextPattern.phrase)
        }
        let plain: (String) -> TextPattern? = {
            Phrase($0, prefixes: prefixes, accents: accents).map(TextPattern.phrase)
        }
        match.any = needles(draft.any, phrase)
        match.all = needles(draft.all, phrase)
        match.none = needles(draft.none, plain)
        match.exact = needles(draft.exact) { TextPattern.exact($0, accents: accents) }
        match.starts = needles(draft.starts) { TextPattern.starts($0, accents: accents) }
        match.contains = needles(draft.contains) { TextPattern.contains($0, accents: accents) }
        match.types = Set(draft.types)
        match.replyingTo = draft.replyingTo?.value
        if let id = draft.replyingTo { catalog.check(id: id, reader) }
        for choice in draft.choices { match.choices.formUnion(catalog.choices(named: choice, reader)) }
        if draft.mistakes > 0, draft.isSound, draft.any.isEmpty, draft.all.isEmpty {
            reader.error(draft.range, "'fuzzy' goes with 'any' or 'all'", hint: "list the words under 'any'")
        }
        let names = draft.regex.map { source -> Set<String>? in
            guard let expression = regularExpression(source) else { return nil }
            match.regex.append(expression)
            return Set(expression.names.keys.map { "match.\($0)" })
                .union((0...expression.groupCount).map { "match.\($0)" })
        }
        return (match, draft.isSound ? TextTags.Captures(names) : .unknown)
    }

    private func regularExpression(_ source: Located<String>) -> RegularExpression? {
        guard !source.value.isEmpty else {
            reader.error(source.node.range, "the regex is empty", hint: "for every message write 'match: anything'")
            return nil
        }
        do {
            return try RegularExpression(source.value)
        } catch {
            let mistake = RegexMistake(error, in: source.value)
            reader.error(reader.place(of: mistake.offset, in: source.node), mistake.message, hint: mistake.hint)
            return nil
        }
    }

    private func needles(_ words: [Located<String>], _ pattern: (String) -> TextPattern?) -> [Match.Needle] {
        words.compactMap { word in
            guard let name = WordSetName(reference: word.value)?.text else {
                guard let pattern = pattern(word.value) else {
                    reader.error(
                        word.node.range, "'\(word.value)' holds nothing that can be looked for",
                        hint: "use letters, digits or emoji")
                    return nil
                }
                return Match.Needle(wordings: [.init(pattern: pattern, source: word.value)], source: word.value)
            }
            guard let words = catalog.words(of: name, word, reader) else { return nil }
            return Match.Needle(
                wordings: words.compactMap { word in
                    pattern(word.value).map { .init(pattern: $0, source: word.value) }
                }, source: word.value
            )
        }
    }
}
