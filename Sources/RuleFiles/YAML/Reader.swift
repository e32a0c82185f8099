/// Turns nodes of one file into values and collects the problems that it finds.
public final class Reader {
    /// The file whose nodes are read.
    public let file: SourceFile
    /// The problems recorded so far, in the order of recording.
    public private(set) var diagnostics: [Diagnostic] = []
    private var suspicions: [Diagnostic] = []
    lazy var lines = file.lines()
    /// The line that was split last, kept because thousands of values may be in one line.
    private var lastLine: (number: Int, scalars: [Unicode.Scalar]) = (0, [])

    /// Creates a reader for that file.
    public init(_ file: SourceFile) {
        self.file = file
    }

    /// Returns the scalars of the line with that number, counted from 1.
    func scalars(ofLine number: Int) -> [Unicode.Scalar] {
        if lastLine.number != number { lastLine = (number, Array(lines[number - 1].unicodeScalars)) }
        return lastLine.scalars
    }

    /// Records an error at `range`.
    public func error(_ range: SourceRange, _ message: String, hint: String? = nil) {
        diagnostics.append(Diagnostic(file: file.path, range: range, message: message, hint: hint))
    }

    /// Records a warning at `range`.
    public func warning(_ range: SourceRange, _ message: String, hint: String? = nil, code: String = "warning") {
        diagnostics.append(
            Diagnostic(.warning, code: code, file: file.path, range: range, message: message, hint: hint))
    }

    /// Notes a warning that is recorded only if the file is linted.
    func suspect(_ range: SourceRange, _ message: String, hint: String? = nil, code: String) {
        suspicions.append(Diagnostic(.warning, code: code, file: file.path, range: range, message: message, hint: hint))
    }

    /// Records what was noted by ``suspect(_:_:hint:code:)``.
    func recordSuspicions() {
        diagnostics += suspicions
        suspicions = []
    }

    /// Records diagnostics that a parser found.
    public func append(_ more: [Diagnostic]) {
        diagnostics.append(contentsOf: more)
    }

    /// Returns the pairs of a mapping whose keys are free names, each key once; records an error for each repeated key.
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

    /// Whether a node is `{{name}}` without quotes; records an error if it is.
    func refusesBareVariable(_ node: Node) -> Bool {
        guard node.isBareVariable else { return false }
        error(node.range, "YAML takes '{{' for something else", hint: "put quotes around the whole text")
        return true
    }

    /// The diagnostics by place, then in the order of recording, each once: a problem in an alias is reported only
    /// once.
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
