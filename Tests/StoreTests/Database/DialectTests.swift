import Foundation
import Testing

@testable import Store

/// What SQLite and PostgreSQL spell differently. The list is what is left: each new entry is work for the second engine.
@Suite struct DialectTests {
    /// The hints in the sources, for SQLite's planner alone.
    private static let hints = [
        "CROSS", "INDEXED BY attempt_open", "INDEXED BY foreign_update_waiting", "INDEXED BY outbox_by_message",
        "INDEXED BY outbox_given_up",
        "INDEXED BY outbox_open", "INDEXED BY outbox_suspected",
    ]

    /// Words that one of the engines does not know, or takes in another sense.
    private static let foreign = [
        ("INSERT OR …", #"\b(?:INSERT|UPDATE) OR\b|\bREPLACE INTO\b"#),
        ("a name or a number of the row", #"\browid\b|\blast_insert_rowid\b"#),
        (
            "a function of SQLite",
            #"\b(?:iif|instr|ifnull|json_\w+|char|(?:str|unix)\w+|(?:julian)?day|(?:date)?time|date|hex|printf|typeof)\("#
        ),
        ("a function of SQLite", #"\b(?:group_concat|total|random|randomblob|changes|total_changes|quote|likely)\("#),
        ("an operator of SQLite", #"\bGLOB\b|\bREGEXP\b|->|==|\bIS (?!NULL|NOT NULL|DISTINCT|NOT DISTINCT)"#),
        ("a collation of SQLite", #"\bCOLLATE\b"#),
        ("a limit below 0", #"\bLIMIT -"#),
        ("the greater of several values", #"\b(?:max|min)\([^()]*,"#),
        ("a PRAGMA", #"\bPRAGMA\b"#),
        ("a value by name", #"[^:"]:[a-z]\w*\b"#),
        ("all columns", #"SELECT \*|\b\w+\.\*"#),
        ("a table in a table without a name", #"FROM \([^()]*(?:\([^()]*\)[^()]*)*\) (?:WHERE|ORDER|GROUP|LIMIT)"#),
        ("a word that PostgreSQL keeps for itself", #"[^"\w](?:user|offset|column)\s*[,=)]"#),
        ("a case-blind LIKE of a name", #"\b(?:name|number|provider_id) LIKE [^']"#),
    ]

    /// The columns that hold flags. A flag is a number: where it is a condition of its own, PostgreSQL wants `= 1`.
    private static var flags: Set<String> {
        let columns = Schema.migrations.flatMap { migration in
            migration.sql.matches(of: /\b(?:is|has|was)_\w+|\w+_refused\b/).map { String($0.output) }
        }
        return Set(columns)
    }

    @Test func thereAreNoDifferencesButHints() async throws {
        let statements = try await StatementPlanTests.statements()
        #expect(statements.count > 100)
        let flags = Self.flags
        #expect(flags.isSuperset(of: ["is_decided", "is_waiting", "is_unknown", "is_withdrawn", "text_refused"]))
        for statement in statements {
            for (what, pattern) in Self.foreign where try statement.contains(Regex(pattern).ignoresCase()) {
                Issue.record("\(what): \(statement)")
            }
            for flag in flags {
                let condition = try Regex("(?:WHERE|AND|OR|NOT) (?:\\w\\.)?\(flag)\\b(?! (?:=|<|IN ))").ignoresCase()
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
