import Synchronization

/// The statements that a connection has run, each once, with its spaces made one.
final class StatementRecord: Sendable {
    private let statements = Mutex<Set<String>>([])

    func add(_ statement: String) {
        let text = Self.inOneLine(statement)
        statements.withLock { _ = $0.insert(text) }
    }

    /// Forgets the statements so far.
    func forget() { statements.withLock { $0 = [] } }

    /// The statements that read or write rows, in alphabetical order.
    var all: [String] {
        statements.withLock { $0 }.filter { statement in
            ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains { statement.uppercased().hasPrefix($0) }
        }.sorted()
    }

    static func inOneLine(_ statement: String) -> String {
        statement.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
