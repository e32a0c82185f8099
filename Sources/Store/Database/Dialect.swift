/// The spelling of SQL that an engine takes.
///
/// Texts are written so that every engine takes them as they are: `ON CONFLICT DO NOTHING`, `count(*) FILTER (WHERE …)`,
/// `CASE` for `iif` and for the greater of two values, `lower(…) LIKE lower(…)`, an alias for each subquery, `= 1` where
/// a flag is a condition, `"user"` in quotes, and no JSON functions. What one engine alone needs is a hint.
enum Dialect {
    case sqlite

    /// A word for SQLite's planner alone, such as `INDEXED BY outbox_open`. For others it is a comment.
    static func hint(_ words: String) -> String { "\(hintStart)\(words)\(hintEnd)" }

    private static let hintStart = "/*+ "
    private static let hintEnd = " */"

    /// Returns the text as the engine takes it.
    func spelling(of sql: String) -> String {
        switch self {
        case .sqlite: sql.replacing(Self.hintStart, with: "").replacing(Self.hintEnd, with: "")
        }
    }
}
