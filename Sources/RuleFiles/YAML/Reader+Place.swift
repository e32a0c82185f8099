extension Reader {
    /// The last column in which places are computed: nobody looks further right, and counting there for every mistake
    /// would take too long.
    private static let lastColumn = 100_000
    /// The lengths of the escapes that give a scalar by its number; all others have two characters.
    private static let escapes: [Unicode.Scalar: Int] = ["x": 4, "u": 6, "U": 10]

    /// Returns the place in the file of the scalar at `offset` of a text, if the style of the text makes that certain;
    /// otherwise the place of the whole text.
    public func place(of offset: Int, length: Int = 1, in node: Node) -> SourceRange {
        let range = node.origin ?? node.range
        guard case .scalar(let text, let style) = node.content, range.column < Self.lastColumn else { return range }
        let place =
            switch style {
            case .plain, .singleQuoted, .doubleQuoted: flow(text, style, offset..<offset + length, at: range)
            case .literal: literal(text, offset, length, at: range)
            case .folded: SourceRange?.none
            }
        return place ?? range
    }

    /// Returns a place in a text on one line: walks the line and the text side by side, past escapes, to both ends of
    /// the place.
    private func flow(_ text: String, _ style: Node.Style, _ place: Range<Int>, at range: SourceRange) -> SourceRange? {
        guard lines.indices.contains(range.line - 1) else { return nil }
        let source = Array(lines[range.line - 1].unicodeScalars.dropFirst(range.column - 1).prefix(range.length))
        // The range includes an anchor before the text: `&name text`.
        let anchor = source.first == "&" ? source.prefix { $0 != " " }.count + 1 : 0
        let quote = anchor + (style == .plain ? 0 : 1)
        let line = source.dropFirst(quote).map(\.self)
        var column = 0
        var start: Int?
        var end: Int?
        var offset = 0
        for scalar in text.unicodeScalars {
            if offset == place.lowerBound { start = column }
            if offset == place.upperBound { end = column }
            guard column < line.count else { return nil }
            switch (style, line[column]) {
            case (.singleQuoted, "'"): column += 2
            case (.doubleQuoted, "\\") where column + 1 < line.count:
                column += Self.escapes[line[column + 1]] ?? 2
            default:
                guard line[column] == scalar else { return nil }
                column += 1
            }
            offset += 1
        }
        let first = start ?? column
        return SourceRange(
            line: range.line, column: range.column + quote + first, length: max(end ?? column, first + 1) - first
        )
    }

    /// Returns a place in a block after `|`, whose rows are indented lines of the file.
    private func literal(_ text: String, _ offset: Int, _ length: Int, at range: SourceRange) -> SourceRange? {
        let breaks: Set<Unicode.Scalar> = ["\n", "\u{2028}", "\u{2029}"]
        let before = text.unicodeScalars.prefix(offset)
        let column = before.reversed().prefix { !breaks.contains($0) }.count
        let row = text.unicodeScalars.dropFirst(offset - column).prefix { !breaks.contains($0) }
        let number = range.line + 1 + before.count { breaks.contains($0) }
        guard lines.indices.contains(number - 1) else { return nil }
        let line = lines[number - 1].unicodeScalars
        let indent = line.count - row.count
        guard indent >= 0, line.dropFirst(indent).elementsEqual(row) else { return nil }
        return SourceRange(line: number, column: indent + column + 1, length: length)
    }

    /// Whether there is only a comment in place of the value: `#` begins one, even if a text was meant.
    func hasComment(behind node: Node) -> Bool {
        guard lines.indices.contains(node.range.line - 1) else { return false }
        return lines[node.range.line - 1].unicodeScalars.dropFirst(node.range.column - 1).first { $0 != " " } == "#"
    }
}
