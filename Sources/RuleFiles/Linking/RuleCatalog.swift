import Matching
import Responder

/// The names that rules of all files may refer to.
struct RuleCatalog {
    /// The hours of all files.
    let hours: [Hours]
    /// The names that texts may use.
    let names: TextTags.Names
    /// The one time zone of all hours; `nil` if there is none, or more than one.
    let zone: Zone?
    /// The ids of all rules.
    let ids: Set<String>
    /// The tags that at least one rule gives.
    let tags: Set<String>
    /// The choices that menus offer.
    let choices: OfferedChoices
    private let hoursByName: [String: Hours]
    private let wordSets: [String: [Located<String>]]
    private let wordSetsByFile: [String: [String: [Located<String>]]]
    /// Whether the word sets of all files are known; the next two say the same of their hours and rules.
    private let areWordSetsKnown: Bool
    private let areHoursKnown: Bool
    private let areRulesKnown: Bool

    init(_ files: [RuleLinker.ReadFile]) {
        var hoursByName: [String: Hours] = [:]
        var places: [String: Place] = [:]
        for file in files {
            for hours in file.draft.hours ?? [] {
                let name = hours.value.name
                if let first = places[name] {
                    file.reader.error(
                        hours.node.range, "the hours '\(name)' are there already",
                        hint: "in \(first.file):\(first.line); give these another name")
                    continue
                }
                places[name] = Place(file: file.reader.file.path, line: hours.node.range.line)
                hoursByName[name] = hours.value
            }
        }
        self.hoursByName = hoursByName
        hours = hoursByName.values.sorted { $0.name < $1.name }
        zone = Set(hours.map(\.zone)).count == 1 ? hours[0].zone : nil
        areHoursKnown = files.allSatisfy { $0.draft.hours != nil }
        areWordSetsKnown = files.allSatisfy { $0.draft.words != nil }
        // A file that is not valid YAML has no keys at all.
        areRulesKnown = files.allSatisfy { $0.draft.words != nil && $0.draft.hours != nil }

        let rules = files.flatMap(\.draft.rules)
        ids = Set(rules.compactMap(\.id?.value))
        choices = OfferedChoices(rules, settings: files.compactMap(\.draft.settings.expired))
        tags = Set(rules.flatMap(\.tag).map(\.value))
        let states = Set(rules.flatMap { $0.set?.settings ?? [] }.map(\.name.value))
        names = TextTags.Names(
            hours: hours.map(\.name), states: states, hasClock: zone != nil, isSound: areHoursKnown && areRulesKnown)

        var sets: [String: [Located<String>]] = [:]
        var byFile: [String: [String: [Located<String>]]] = [:]
        for file in files {
            for set in file.draft.words ?? [] {
                sets[set.value.name] = sets[set.value.name] ?? set.value.words
                byFile[file.reader.file.path, default: [:]][set.value.name] = set.value.words
            }
        }
        wordSets = sets
        wordSetsByFile = byFile
    }

    /// Returns the hours with that name; records an error if there are none.
    func hours(named name: Located<String>, _ reader: Reader) -> Hours? {
        if let hours = hoursByName[name.value.withoutBidiMarks] { return hours }
        guard areHoursKnown else { return nil }
        let near = Suggestion.nearest(to: name.value, among: hoursByName.keys)
        let known = hours.map(\.name).joined(separator: ", ")
        reader.error(
            name.node.range, "there are no hours '\(name.value)'",
            hint: near.map { "did you mean '\($0)'?" }
                ?? (known.isEmpty ? "add them under 'hours:'" : "known are: \(known)"))
        return nil
    }

    /// Returns the time zone of the hours with that name, or `nil` if there are none.
    func zone(ofHours name: String) -> Zone? { hoursByName[name]?.zone }

    /// Returns the words of a set; records an error if there is no set with that name. A file's own word set takes
    /// precedence over one of the same name in another file.
    func words(of set: String, _ word: Located<String>, _ reader: Reader) -> [Located<String>]? {
        if let words = wordSetsByFile[reader.file.path]?[set] ?? wordSets[set] { return words }
        // If a file is not in order, the set may well be in it.
        guard areWordSetsKnown else { return nil }
        let near = Suggestion.nearest(to: set, among: wordSets.keys)
        reader.error(
            word.node.range, "unknown word set '\(word.value)'",
            hint: near.map { "did you mean '$\($0)'?" } ?? "list its words under 'words:'"
        )
        return nil
    }

    /// Records an error if no rule has that id.
    func check(id: Located<String>, _ reader: Reader) {
        guard areRulesKnown, !ids.contains(id.value) else { return }
        let near = Suggestion.nearest(to: id.value, among: ids)
        reader.error(
            id.node.range, "there is no rule '\(id.value)'",
            hint: near.map { "did you mean '\($0)'?" } ?? "write the id of a rule")
    }

    /// Returns the ids of the choices of that name in all menus; records an error if no menu offers one.
    func choices(named name: Located<String>, _ reader: Reader) -> Set<String> {
        let found = choices.named(name.value)
        if !found.isEmpty { return Set(found.map(\.id)) }
        guard areRulesKnown else { return [] }
        let near = Suggestion.nearest(to: name.value, among: choices.names)
        reader.error(
            name.node.range, "no menu offers the choice '\(name.value)'",
            hint: near.map { "did you mean '\($0)'?" } ?? hint(offering: name.value))
        return []
    }

    private func hint(offering name: String) -> String {
        guard let stop = name.lastIndex(of: ".") else {
            return "a rule offers it with 'reply: {text: …, choices: {\(name): …}}'"
        }
        let menu = name[..<stop]
        let known = choices.names.filter { $0.hasPrefix("\(menu).") }.map { $0.dropFirst(menu.count + 1) }
        return known.isEmpty
            ? "the rule '\(menu)' offers no choices" : "'\(menu)' offers: \(known.joined(separator: ", "))"
    }

    /// Records an error if no rule ever sets that state, because a condition on it can never hold.
    func check(state: Located<String>, _ reader: Reader) {
        guard areRulesKnown, !names.states.contains(state.value) else { return }
        let near = Suggestion.nearest(to: state.value, among: names.states)
        reader.error(
            state.node.range, "no rule sets the state '\(state.value)'",
            hint: near.map { "did you mean '\($0)'?" } ?? "a rule sets it with 'set: {\(state.value): …}'")
    }

    /// Records an error if no rule ever gives that tag.
    func check(tag: Located<String>, _ reader: Reader) {
        guard areRulesKnown, !tags.contains(tag.value) else { return }
        let near = Suggestion.nearest(to: tag.value, among: tags)
        reader.error(
            tag.node.range, "no rule gives the tag '\(tag.value)'",
            hint: near.map { "did you mean '\($0)'?" } ?? "a rule gives it with 'tag: \(tag.value)'")
    }
}
