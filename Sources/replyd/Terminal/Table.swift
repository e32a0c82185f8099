import Responder

/// Rows under column heads, for people.
struct Table {
    struct Column {
        var head: String
        /// Whether the column holds figures, which are aligned on the right.
        var isFigure: Bool

        init(_ head: String, isFigure: Bool = false) {
            self.head = head
            self.isFigure = isFigure
        }
    }

    /// The width to which columns are cut on a terminal, in terminal columns; only the last column may be wider.
    private static let widest = 36

    private var columns: [Column]
    private var rows: [[String]]

    init(_ columns: [Column], rows: [[String]]) {
        self.columns = columns
        self.rows = rows
    }

    var isEmpty: Bool { rows.isEmpty }

    /// Returns the lines of the table, each cut to the width of the terminal. Hebrew cells are isolated.
    func lines(_ terminal: Terminal, indent: String = "") -> [String] {
        let widths = columns.indices.map { column in
            let widest = rows.map { $0[column].columns }.reduce(columns[column].head.columns, max)
            return column == columns.count - 1 || !terminal.cuts ? widest : min(widest, Self.widest)
        }
        let rest = terminal.width - indent.columns - widths.dropLast().reduce(0) { $0 + $1 + 2 }
        let fitting = widths.dropLast() + [min(widths.last ?? 0, max(rest, 12))]
        func line(_ cells: [String]) -> String {
            var line = ""
            for (place, cell) in cells.enumerated() {
                let short = cell.shortened(to: fitting[place])
                let spaces = String(repeating: " ", count: max(fitting[place] - short.columns, 0))
                let isLast = place == cells.count - 1
                line += columns[place].isFigure ? spaces + short.isolated : short.isolated + (isLast ? "" : spaces)
                line += isLast ? "" : "  "
            }
            while line.last == " " { line.removeLast() }
            return line
        }
        let head = columns.allSatisfy(\.head.isEmpty) ? [] : [indent + terminal.bold(line(columns.map(\.head)))]
        return head + rows.map { indent + line($0) }
    }
}
