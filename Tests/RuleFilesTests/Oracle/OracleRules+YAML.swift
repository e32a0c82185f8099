import Responder
import RuleFiles

extension OracleRules {
    /// The rules as their owner would have written them, in two files.
    var files: [SourceFile] {
        [0, 1].map { file in
            var lines = ["version: 1"]
            let settings = [
                filePrefixes[file].map { "prefixes: \($0)" }, fileAccents[file].map { "accents: \($0)" },
            ].compactMap(\.self)
            if !settings.isEmpty { lines.append("settings: {\(settings.joined(separator: ", "))}") }
            if file == 1 {
                lines.append("words:")
                for (name, list) in words.sorted(by: { $0.key < $1.key }) {
                    lines.append("  \(name): \(Self.list(list))")
                }
            }
            lines.append("rules:")
            let own = rules.filter { $0.file == file }
            if own.isEmpty { lines[lines.count - 1] = "rules: []" }
            for rule in own { lines += Self.lines(rule) }
            return SourceFile(path: "\(file).yaml", text: lines.joined(separator: "\n") + "\n")
        }
    }

    private static func lines(_ rule: OracleRule) -> [String] {
        var lines = ["  - id: \(rule.id)", "    priority: \(rule.priority)"]
        if rule.continues { lines.append("    continue: true") }
        if let prefixes = rule.prefixes { lines.append("    prefixes: \(prefixes)") }
        if let accents = rule.accents { lines.append("    accents: \(accents)") }
        lines.append(rule.replies ? "    reply: \(rule.id)" : "    tag: t")
        let conditions = [
            ("any", rule.any), ("all", rule.all), ("none", rule.none), ("exact", rule.exact), ("starts", rule.starts),
            ("contains", rule.contains), ("regex", rule.regex), ("type", rule.types.map(\.rawValue)),
        ].filter { !$0.1.isEmpty }
        if conditions.isEmpty { return lines + ["    match: anything"] }
        // The short form, if it says the same.
        if conditions.map(\.0) == ["any"], rule.fuzzy == 0 { return lines + ["    match: \(list(rule.any))"] }
        lines.append("    match:")
        for (key, words) in conditions { lines.append("      \(key): \(list(words))") }
        if rule.fuzzy > 0 { lines.append("      fuzzy: \(rule.fuzzy)") }
        return lines
    }

    private static func list(_ words: [String]) -> String {
        "[\(words.map(quoted).joined(separator: ", "))]"
    }

    /// Returns the text in double quotes, with a number for every scalar that YAML might take for something else.
    private static func quoted(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar in
            let isPlain = [.otherLetter, .lowercaseLetter, .uppercaseLetter, .decimalNumber].contains(
                scalar.properties.generalCategory)
            let number = String(scalar.value, radix: 16)
            return isPlain ? String(scalar) : "\\U" + String(repeating: "0", count: 8 - number.count) + number
        }
        return "\"\(scalars.joined())\""
    }
}
