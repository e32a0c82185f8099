import Foundation
import Testing

@testable import Store

/// What SQLite and PostgreSQL spell differently. The list is what is left: each new entry is work for the second engine.
@Suite struct DialectTests {
    /// The hints in the sources, for SQLite's planner alone.
    private static let hints = [
        "CROSS", "INDEXED BY foreign_update_waiting", "INDEXED BY outbox_by_message", "INDEXED BY outbox_given_up",
        "INDEXED BY outbox_open", "INDEXED BY outbox_suspected",
    ]

    /// Words that one of the engines does not know, or takes in another sense.
    private static let foreign = [
        ("INSERT OR …", #"\b(?:INSERT|UPDATE) OR\b|\bREPLACE INTO\b"#),
        ("a name or a number of the row", #"\browid\b|\blast_insert_rowid\b"#),
        ("a function of SQLite", #"\b(?:iif|instr|ifnull|json_\w+|char|strftime|unixepoch|hex|printf|typeof)\("#),
        ("an operator of SQLite", #"\bGLOB\b|\bREGEXP\b|->|=="#),
        ("the greater of several values", #"\b(?:max|min)\([^()]*,"#),
        ("a PRAGMA", #"\bPRAGMA\b"#),
        ("a value by name", #"[^:"]:[a-z]\w*\b"#),
        ("all columns", #"SELECT \*|\b\w+\.\*"#),
        ("a table in a table without a name", #"FROM \([^()]*(?:\([^()]*\)[^()]*)*\) (?:WHERE|ORDER|GROUP|LIMIT)"#),
        ("a word that PostgreSQL keeps for itself", #"[^"\w](?:user|end|offset|column)\s*[,=)]"#),
        ("a case-blind LIKE of a name", #"\b(?:name|number|provider_id) LIKE [^']"#),
    ]

    /// A flag is a number: where it is a condition of its own, PostgreSQL wants `= 1`.
    private static let flags = ["is_decided", "is_waiting", "is_unknown", "text_refused"]

    @Test func thereAreNoDifferencesButHints() async throws {
        let statements = try await StatementPlanTests.statements()
        #expect(statements.count > 100)
        for statement in statements {
            for (what, pattern) in Self.foreign where try statement.contains(Regex(pattern)) {
                Issue.record("\(what): \(statement)")
            }
            for flag in Self.flags {
                let condition = try Regex("(?:WHERE|AND|OR|NOT) (?:\\w\\.)?\(flag)(?! (?:=|<))\\b")
                #expect(!statement.contains(condition), "\(flag) is a number: \(statement)")
            }
        }
    }

    @Test func theseHintsAreLeft() throws {
        let sources = try StatementPlanTests.sources()
        let found = sources.flatMap { source in
            source.matches(of: /Dialect\.hint\("([^"]+)"\)/).map { String($0.output.1) }
        }
        #expect(Set(found).sorted() == Self.hints)
        for source in sources {
            let rest = source.replacing(/Dialect\.hint\("[^"]+"\)/, with: "")
            #expect(!rest.contains(/"[^"]*(?:INDEXED BY|CROSS JOIN)/), "a hint that is none for others")
        }
    }

    @Test func aHintIsAWordForSQLiteAndACommentForOthers() {
        let sql = "SELECT 1 FROM outbox \(Dialect.hint("INDEXED BY outbox_open")) WHERE id = ?"
        #expect(sql == "SELECT 1 FROM outbox /*+ INDEXED BY outbox_open */ WHERE id = ?")
        #expect(Dialect.sqlite.spelling(of: sql) == "SELECT 1 FROM outbox INDEXED BY outbox_open WHERE id = ?")
    }
}
