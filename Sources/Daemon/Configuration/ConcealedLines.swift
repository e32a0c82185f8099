import RuleFiles

/// The lines of a configuration file as reports may show them, without the secrets that are written in the file itself.
///
/// It reads the lines and not the YAML, because a file that is not YAML is shown too. It rather conceals too much: the
/// text behind a word like `api_key` to the end of its value, and the lines below that may continue the value.
struct ConcealedLines {
    /// The parts that a misspelt or mistaken key of a secret is likely to hold.
    private static let marks = ["key", "secret", "token", "passw", "credential", "bearer", "auth"]
    private static let shortestMark = marks.map(\.unicodeScalars.count).min() ?? 0
    private static let cover: Unicode.Scalar = "•"

    /// The lines. Each concealed scalar is replaced by one other scalar, so that columns stay the same.
    private(set) var shown: [Substring] = []
    private var concealed: [[Bool]] = []
    private let lines: [[Unicode.Scalar]]

    init(_ file: SourceFile) {
        lines = file.lines().map { Array($0.unicodeScalars) }
        var open: Int?
        for line in lines {
            var isConcealed = [Bool](repeating: false, count: line.count)
            let indent = line.prefix { $0 == " " }.count
            if let column = open, !Self.beginsKey(line, within: column) {
                for index in indent..<line.count { isConcealed[index] = true }
            } else {
                open = Self.conceal(line, &isConcealed)
            }
            Self.concealAddress(in: line, &isConcealed)
            concealed.append(isConcealed)
            let covered = zip(line, isConcealed).map { $1 ? Self.cover : $0 }
            shown.append(Substring(String(String.UnicodeScalarView(covered))))
        }
    }

    /// Returns the diagnostic without the words that it quotes from concealed text.
    func conceal(_ diagnostic: Diagnostic) -> Diagnostic {
        guard let range = diagnostic.range, lines.indices.contains(range.line - 1) else { return diagnostic }
        let line = lines[range.line - 1]
        let isConcealed = concealed[range.line - 1]
        let columns = line.indices.dropFirst(range.column - 1).prefix(range.length)
        guard columns.contains(where: { isConcealed[$0] }) else { return diagnostic }
        let hidden = Self.text(zip(line, isConcealed).filter(\.1).map(\.0))
        let sources = [hidden, Self.text(line[columns])]
        var copy = diagnostic
        copy.message = Self.withoutQuotations(diagnostic.message, from: sources)
        copy.hint = diagnostic.hint.map { Self.withoutQuotations($0, from: sources) }
        return copy
    }

    private static func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    private static func withoutQuotations(_ text: String, from sources: [String]) -> String {
        guard let first = text.firstIndex(of: "'"), let last = text.lastIndex(of: "'"), first < last else {
            return text
        }
        let quoted = text[text.index(after: first)..<last]
        let isTaken = quoted.split(separator: "'").contains { part in
            part.contains { $0.isLetter || $0.isNumber } && sources.contains { $0.contains(part) }
        }
        return isTaken ? "\(text[...first])•••\(text[last...])" : text
    }

    /// Whether a line begins with a key no further to the right than `column`, so that it can't continue a value above.
    private static func beginsKey(_ line: [Unicode.Scalar], within column: Int) -> Bool {
        let start = line.prefix { $0 == " " || $0 == "-" || $0 == "{" }.count
        let word = line.dropFirst(start).prefix(while: isWord)
        return isKey(word) && start <= column && isColon(line, at: start + word.count)
    }

    /// Conceals the values of secrets in one line. Returns the column of the key whose value reaches the end of the
    /// line, because that value may continue below; `nil` if there is none.
    private static func conceal(_ line: [Unicode.Scalar], _ isConcealed: inout [Bool]) -> Int? {
        var last: Int?
        var position = 0
        while position < line.count {
            if let behind = endOfReference(line, from: position) {
                position = behind
                continue
            }
            let word = line[position...].prefix(while: isWord)
            let end = word.endIndex
            // A shorter word holds no mark and is near no key; this also skips the empty words of a line of signs.
            guard word.count >= shortestMark, isSecret(text(word)), line.dropFirst(end).first != "/" else {
                position = max(end, position + 1)
                continue
            }
            last = position
            var start = end
            while start < line.count, "\"' :=".unicodeScalars.contains(line[start]) { start += 1 }
            if let behind = endOfReference(line, from: start), isEndOfValue(line, at: behind) {
                position = behind
                last = nil
                continue
            }
            position = endOfValue(line, from: start)
            for hidden in start..<position { isConcealed[hidden] = true }
            if position < line.count { last = nil }
        }
        return last
    }

    /// Conceals the parts of an address that may hold a credential: the user information, the query and the fragment,
    /// as in `https://USER:PASSWORD@host/path?QUERY`.
    private static func concealAddress(in line: [Unicode.Scalar], _ isConcealed: inout [Bool]) {
        let ends = " \"',}]".unicodeScalars
        var position = 0
        while let sign = line[position...].indices.first(where: { line[$0...].starts(with: "://".unicodeScalars) }) {
            let start = sign + 3
            let end = line[start...].firstIndex { ends.contains($0) } ?? line.count
            let host = line[start..<end].firstIndex { "/?#".unicodeScalars.contains($0) } ?? end
            // A password may hold a slash that should have been written as %2F.
            if let at = line[start..<end].lastIndex(of: "@"), at < host || line[start..<at].contains(":") {
                for hidden in start..<at { isConcealed[hidden] = true }
            }
            if let query = line[start..<end].firstIndex(where: { "?#".unicodeScalars.contains($0) }) {
                for hidden in (query + 1)..<end { isConcealed[hidden] = true }
            }
            position = end
        }
    }

    /// Returns the index behind a reference like `${NAME}`; `nil` if there is none at `start`. A reference is shown,
    /// because it only says where the secret is.
    private static func endOfReference(_ line: [Unicode.Scalar], from start: Int) -> Int? {
        guard start + 1 < line.count, line[start] == "$", line[start + 1] == "{" else { return nil }
        let end = start + 2 + line[(start + 2)...].prefix(while: isWord).count
        return line.dropFirst(end).first == "}" ? end + 1 : nil
    }

    private static func isEndOfValue(_ line: [Unicode.Scalar], at position: Int) -> Bool {
        position >= line.count || " \"',}]".unicodeScalars.contains(line[position])
    }

    /// Returns the end of the value that begins at `start`: the index of the comma in `, other_key:`, or the end of the
    /// line.
    private static func endOfValue(_ line: [Unicode.Scalar], from start: Int) -> Int {
        for comma in line.indices.dropFirst(start) where line[comma] == "," {
            let gap = line[(comma + 1)...].prefix { $0 == " " || $0 == "\"" || $0 == "'" }.count
            let word = line[(comma + 1 + gap)...].prefix(while: isWord)
            if gap > 0, isKey(word), isColon(line, at: word.endIndex) { return comma }
        }
        return line.count
    }

    /// Whether a colon that ends a key is at `position`, or behind the quote of the key if it has one.
    private static func isColon(_ line: [Unicode.Scalar], at position: Int) -> Bool {
        let start = position + line.dropFirst(position).prefix { "\"' ".unicodeScalars.contains($0) }.count
        guard start < line.count, line[start] == ":" else { return false }
        return start + 1 == line.count || line[start + 1] == " "
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar == "-" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    /// Whether a word may be a key: the keys of a configuration are in small letters, and a credential seldom is.
    private static func isKey(_ word: ArraySlice<Unicode.Scalar>) -> Bool {
        !word.isEmpty && word.allSatisfy { ("a"..."z").contains($0) || $0 == "_" }
    }

    private static func isSecret(_ word: String) -> Bool {
        let word = word.lowercased()
        if word.hasSuffix("_file") { return false }
        return marks.contains(where: word.contains)
            || Suggestion.nearest(to: word, among: ConfigurationLoader.secretKeys) != nil
    }
}
