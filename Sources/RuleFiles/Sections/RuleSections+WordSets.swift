import JSONText
import Matching

extension RuleSections {
    static let wordSets = Value<[Located<(name: String, words: [Located<String>])>]>(
        .map(of: words(named: "words").schema)
    ) { node, reader in
        guard case .mapping(let pairs) = node.content else {
            let problem = node.isEmpty ? "words needs" : "words is made of"
            reader.error(
                node.range, "\(problem) names with lists\(node.isEmpty ? "" : ", not \(node.kind)")",
                hint: "like 'greeting: [hello, hi]'")
            return nil
        }
        var seen: [String: SourceRange] = [:]
        return pairs.compactMap { pair in
            guard WordSetName.isValid(pair.name) else {
                reader.error(
                    pair.key.range, "a word set's name begins with a letter and has only letters, digits, _ and -",
                    hint: "without spaces, so that $name can stand for it")
                return nil
            }
            if let first = seen[pair.name] {
                reader.error(
                    pair.key.range, "'\(pair.name)' stands twice in words", hint: "first in line \(first.line)")
                return nil
            }
            seen[pair.name] = pair.key.range
            // A set with mistakes in its words is still a known set.
            let words = words(named: pair.name).read(pair.value, reader) ?? []
            return Located(value: (pair.name, words.filter { isKeyword($0, reader) }), node: pair.key)
        }
    }

    private static func isKeyword(_ word: Located<String>, _ reader: Reader) -> Bool {
        if WordSetName(reference: word.value) != nil {
            reader.error(
                word.node.range, "a word set can't hold another one",
                hint: "list both sets where they are used, like [$one, $two]")
            return false
        }
        if Phrase(word.value) == nil {
            reader.error(
                word.node.range, "'\(word.value)' holds nothing that can be looked for",
                hint: "use letters, digits or emoji")
            return false
        }
        return true
    }
}
