/// Turns nodes of one file into values and collects what is wrong with them.
public final class Reader {
    /// The file that is read.
    public let file: SourceFile
    /// Everything that was wrong so far.
    public private(set) var diagnostics: [Diagnostic] = []
    lazy var lines = file.lines()
    /// The line that was taken apart last: thousands of values may stand in one.
    private var lastLine: (number: Int, scalars: [Unicode.Scalar]) = (0, [])

    /// A reader of that file.
    public init(_ file: SourceFile) {
        self.file = file
    }

    /// The line of that number, counted from 1, scalar by scalar.
    func scalars(ofLine number: Int) -> [Unicode.Scalar] {
        if lastLine.number != number { lastLine = (number, Array(lines[number - 1].unicodeScalars)) }
        return lastLine.scalars
    }

    /// Notes an error at `range`.
    public func error(_ range: SourceRange, _ message: String, hint: String? = nil) {
        diagnostics.append(Diagnostic(file: file.path, range: range, message: message, hint: hint))
    }

    /// Notes a warning at `range`.
    public func warning(_ range: SourceRange, _ message: String, hint: String? = nil, code: String = "warning") {
        diagnostics.append(
            Diagnostic(.warning, code: code, file: file.path, range: range, message: message, hint: hint))
    }

    /// Takes over what a parser found.
    public func append(_ more: [Diagnostic]) {
        diagnostics.append(contentsOf: more)
    }

    /// The pairs of a mapping whose keys are of people's own choice, each key once: notes those that are repeated.
    func distinct(_ pairs: [Node.Pair], in title: String) -> [Node.Pair] {
        var seen: [String: SourceRange] = [:]
        return pairs.filter { pair in
            guard let first = seen[pair.name] else {
                seen[pair.name] = pair.key.range
                return true
            }
            error(pair.key.range, "'\(pair.name)' stands twice in \(title)", hint: "first in line \(first.line)")
            return false
        }
    }

    /// Notes, and says, that a node is `{{name}}` without quotes.
    func refusesBareVariable(_ node: Node) -> Bool {
        guard node.isBareVariable else { return false }
        error(node.range, "YAML takes '{{' for something else", hint: "put quotes around the whole text")
        return true
    }

    /// What was noted, by place and in the order of noting, each thing once: what an alias repeats is wrong only once.
    public var ordered: [Diagnostic] {
        var seen: Set<Diagnostic> = []
        return diagnostics.filter { seen.insert($0).inserted }.enumerated().sorted {
            let (left, right) = ($0.element.range, $1.element.range)
            guard let left, let right, left != right else {
                return left == right ? $0.offset < $1.offset : left == nil
            }
            return left < right
        }.map(\.element)
    }
}
