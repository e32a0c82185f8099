/// Turns nodes of one file into values and collects what is wrong with them.
public final class Reader {
    /// The file that is read.
    public let file: SourceFile
    /// Everything that was wrong so far.
    public private(set) var diagnostics: [Diagnostic] = []
    private lazy var lines = file.lines()

    /// A reader of that file.
    public init(_ file: SourceFile) {
        self.file = file
    }

    /// Notes an error at `range`.
    public func error(_ range: SourceRange, _ message: String, hint: String? = nil) {
        diagnostics.append(Diagnostic(file: file.path, range: range, message: message, hint: hint))
    }

    /// Notes a warning at `range`.
    public func warning(_ range: SourceRange, _ message: String, hint: String? = nil) {
        diagnostics.append(Diagnostic(.warning, file: file.path, range: range, message: message, hint: hint))
    }

    /// Takes over what a parser found.
    public func append(_ more: [Diagnostic]) {
        diagnostics.append(contentsOf: more)
    }

    /// Where the scalar at `offset` of a text stands in the file, for texts written so that this is certain;
    /// otherwise the place of the whole text.
    public func place(of offset: Int, length: Int = 1, in node: Node) -> SourceRange {
        guard case .scalar(let text, let style) = node.content else { return node.range }
        let scalars = text.unicodeScalars
        let before = scalars.prefix(offset)
        switch style {
        case .plain, .singleQuoted, .doubleQuoted:
            let quote = style == .plain ? 0 : 1
            guard lines.indices.contains(node.range.line - 1) else { return node.range }
            let line = lines[node.range.line - 1].unicodeScalars.dropFirst(node.range.column - 1 + quote)
            guard line.starts(with: scalars) else { return node.range }
            return SourceRange(line: node.range.line, column: node.range.column + quote + offset, length: length)
        case .literal:
            let row = before.count { $0 == "\n" }
            let column = before.reversed().prefix { $0 != "\n" }.count
            let first = node.range.line
            guard let shown = lines.dropFirst(first).first(where: { $0.contains { $0 != " " } }) else {
                return node.range
            }
            let indent = shown.prefix { $0 == " " }.count
            return SourceRange(line: first + 1 + row, column: indent + column + 1, length: length)
        case .folded:
            return node.range
        }
    }
}

/// How a value of one type is read from a node.
public struct Value<Result>: Sendable {
    /// Reads the value, or notes what is wrong and returns nil.
    public let read: @Sendable (Node, Reader) -> Result?

    /// A value that is read by `read`.
    public init(_ read: @escaping @Sendable (Node, Reader) -> Result?) {
        self.read = read
    }
}

/// One key of a section.
public struct Field<Owner>: Sendable {
    let name: String
    let read: @Sendable (Node, inout Owner, Reader) -> Void

    /// A key whose value, where it is in order, is handed to `assign`.
    public init<Result>(
        _ name: String, _ value: Value<Result>, _ assign: @escaping @Sendable (inout Owner, Result) -> Void
    ) {
        self.name = name
        read = { node, owner, reader in
            if let result = value.read(node, reader) { assign(&owner, result) }
        }
    }

    /// A key whose value goes to `property`.
    public init<Result>(
        _ name: String, _ value: Value<Result>, to property: any WritableKeyPath<Owner, Result> & Sendable
    ) {
        self.init(name, value) { $0[keyPath: property] = $1 }
    }

    /// A key whose value goes to `property`.
    public init<Result>(
        _ name: String, _ value: Value<Result>, to property: any WritableKeyPath<Owner, Result?> & Sendable
    ) {
        self.init(name, value) { $0[keyPath: property] = $1 }
    }
}

/// A mapping with known keys.
public struct Section<Owner>: Sendable {
    let title: String
    let fields: [Field<Owner>]

    /// A mapping that people would call `title` ("a rule"), with its keys.
    public init(_ title: String, _ fields: [Field<Owner>]) {
        self.title = title
        self.fields = fields
    }

    /// Reads all keys of `node` into `owner`; notes unknown and repeated ones.
    public func read(_ node: Node, into owner: inout Owner, _ reader: Reader) {
        guard case .mapping(let pairs) = node.content else {
            reader.error(node.range, "\(title) must be a mapping with keys, not \(node.kind)")
            return
        }
        var seen: [String: SourceRange] = [:]
        for pair in pairs {
            guard case .scalar(let name, _) = pair.key.content else {
                reader.error(pair.key.range, "a key must be a text, not \(pair.key.kind)")
                continue
            }
            if let first = seen[name] {
                reader.error(pair.key.range, "'\(name)' stands twice in \(title)", hint: "first in line \(first.line)")
                continue
            }
            seen[name] = pair.key.range
            guard let field = fields.first(where: { $0.name == name }) else {
                let near = Suggestion.nearest(to: name, among: fields.map(\.name))
                reader.error(
                    pair.key.range, "unknown key '\(name)' in \(title)", hint: near.map { "did you mean '\($0)'?" }
                )
                continue
            }
            field.read(pair.value, &owner, reader)
        }
    }
}

/// Finds what a person most likely meant.
public enum Suggestion {
    /// The candidate that fewest typing mistakes separate from `word`, if they are few for its length.
    public static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        let limit = max(1, word.count / 3)
        return
            candidates
            .map { (candidate: $0, distance: distance(word.lowercased(), $0.lowercased(), limit: limit)) }
            .filter { $0.distance <= limit }
            .min { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }?
            .candidate
    }

    /// Optimal string alignment: insertions, deletions, replacements and swaps of neighbours.
    static func distance(_ left: String, _ right: String, limit: Int) -> Int {
        let left = Array(left)
        let right = Array(right)
        guard abs(left.count - right.count) <= limit else { return limit + 1 }
        var before: [Int] = []
        var last = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                var cost = min(row[j] + 1, last[j + 1] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    cost = min(cost, before[j - 1] + 1)
                }
                row.append(cost)
            }
            before = last
            last = row
        }
        return last[right.count]
    }
}
