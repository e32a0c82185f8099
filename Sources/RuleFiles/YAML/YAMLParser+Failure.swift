import CLibYAML

extension YAMLParser {
    /// Returns libyaml's complaint in words for people who do not know how YAML is parsed.
    ///
    /// The texts in the cases are those of libyaml's `scanner.c`, `parser.c` and `reader.c`.
    func failure() -> Failure {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "out of memory"
        let context = parser.pointee.context.map { String(cString: $0) } ?? ""
        if parser.pointee.error == YAML_READER_ERROR { return readerFailure(problem) }
        let range = Self.range(parser.pointee.problem_mark)
        let from = Self.range(parser.pointee.context_mark)
        if let quote = lastLongQuote, quote.end == range.line {
            return Failure(
                range: quote.start, message: "the quote that begins here is closed only in line \(quote.end)",
                hint: "close it where the text ends")
        }
        if line(of: range).starts(with: "%".unicodeScalars) {
            return Failure(
                range: SourceRange(line: range.line, column: 1), message: "a line can't begin with '%'",
                hint: "put quotes around the text")
        }
        if problem.hasPrefix("did not find expected"), let failure = closedTooEarly(range) { return failure }
        switch (problem, context) {
        case ("mapping values are not allowed in this context", _):
            return unexpectedColon(range)
        case ("found character that cannot start any token", _), (_, "while scanning an alias"),
            (_, "while scanning an anchor"), (_, "while scanning a tag"), ("found undefined tag handle", _):
            return unexpectedCharacter(context == "while scanning for the next token" ? range : from)
        case ("mapping keys are not allowed in this context", _):
            return Failure(
                range: range, message: "a '?' with a space behind it begins a key in YAML",
                hint: "put quotes around the text", isLoneQuestionMark: true)
        case ("found a tab character that violates indentation", _),
            ("found a tab character where an indentation space is expected", _):
            return Failure(range: range, message: "a tab stands here", hint: "indent with spaces")
        case ("did not find expected key", _), ("did not find expected <document start>", _):
            guard line(of: range).prefix(range.column - 1).allSatisfy({ $0 == " " }) else {
                return Failure(
                    range: range, message: "this can't follow what stands before it in the line",
                    hint: "put quotes around the whole text, or remove it"
                )
            }
            return Failure(range: range, message: "this does not fit the lines above", hint: "check its indentation")
        case ("did not find expected '-' indicator", _):
            return Failure(
                range: range, message: "a list goes on here, but there is no '-'",
                hint: "begin it with '- ' or check the indentation"
            )
        case ("did not find expected ',' or ']'", _): return unclosed("[", from)
        case ("did not find expected ',' or '}'", _): return unclosed("{", from)
        case ("did not find expected node content", _):
            if let open = openBrackets.last, isEnd(range) {
                return unclosed(open.sign, open.range)
            }
            return Failure(
                range: range, message: "a value is missing before this", hint: "write one, or remove a comma")
        case ("found unexpected end of stream", "while scanning a quoted scalar"):
            return Failure(
                range: from, message: "the quote that begins here is never closed",
                hint: "add a quote where the text ends")
        case ("could not find expected ':'", _):
            let key = Array(line(of: from).dropFirst(from.column - 1))
            if let colon = key.firstIndex(of: ":"), key[..<colon].allSatisfy({ $0.isASCII && $0 != " " }) {
                return Failure(
                    range: SourceRange(line: from.line, column: from.column + colon),
                    message: "a space is missing behind this ':'", hint: "write 'key: value'")
            }
            if isTextWithoutIndentation(from) {
                return Failure(
                    range: from, message: "this line is not indented, so it is no part of the text that begins above",
                    hint: "begin each line of the text with more spaces than its key")
            }
            return Failure(
                range: from, message: "a ':' is missing after this key",
                hint: "write 'key: value', or '- ' before an entry of a list")
        case ("found unknown escape character", _), (_, "while parsing a quoted scalar"):
            return Failure(
                range: range, message: "a '\\' means something special in double quotes",
                hint: "write it twice, or use single quotes")
        case ("block sequence entries are not allowed in this context", _):
            return Failure(
                range: range, message: "a list can't begin here",
                hint: "begin it on a line of its own, or put quotes around a text that begins with '-'")
        case (_, "while scanning a block scalar"):
            return Failure(
                range: range, message: "this can't stand behind '|' or '>'",
                hint: "begin the text on the next line, indented; or put quotes around it")
        default:
            return Failure(range: range, message: "this is not understood as YAML: \(problem)")
        }
    }

    /// Returns a failure if a quote within a text in the same quotes (`"דו"ח"`) ended the text, so that the rest of it
    /// fits nowhere.
    private func closedTooEarly(_ range: SourceRange) -> Failure? {
        let scalars = Array(line(of: range))
        let place = range.column - 1
        guard scalars.indices.contains(place), place > 0, scalars[place].properties.isAlphabetic,
            scalars[place - 1] == "\"" || scalars[place - 1] == "'"
        else { return nil }
        return Failure(
            range: SourceRange(line: range.line, column: range.column - 1),
            message: "this quote closes the text before its end",
            hint: scalars[place - 1] == "\""
                ? "put ' around a text that holds \", or write ״ in Hebrew"
                : "write '' for it, or put \" around the text")
    }

    private func line(of range: SourceRange) -> Substring.UnicodeScalarView {
        let lines = SourceFile(path: "", bytes: Array(bytes)).lines()
        return (lines.indices.contains(range.line - 1) ? lines[range.line - 1] : "").unicodeScalars
    }

    private func isEnd(_ range: SourceRange) -> Bool {
        range.line >= SourceFile(path: "", bytes: Array(bytes)).lines().count
            && line(of: range).dropFirst(range.column - 1).isEmpty
    }

    private func unclosed(_ sign: String, _ range: SourceRange) -> Failure {
        if let comment = comment(behind: range) {
            return Failure(
                range: comment, message: "a comment begins at this '#', so the '\(sign)' before it is not closed",
                hint: "put quotes around the text that holds the '#'")
        }
        return Failure(
            range: range, message: "the '\(sign)' that begins here is not closed",
            hint: "add '\(sign == "[" ? "]" : "}")', or put quotes around a text that holds any of , [ ] { }"
        )
    }

    /// Returns the place of the `#` that begins a comment in the rest of the line, outside of quotes; `nil` if there is
    /// none.
    private func comment(behind range: SourceRange) -> SourceRange? {
        var quote: Unicode.Scalar?
        var last: Unicode.Scalar = " "
        for (place, scalar) in line(of: range).enumerated().dropFirst(range.column - 1) {
            defer { last = scalar }
            if let open = quote {
                if scalar == open { quote = nil }
            } else if scalar == "#", " \t[{,".unicodeScalars.contains(last) {
                return SourceRange(line: range.line, column: place + 1)
            } else if scalar == "\"" || scalar == "'", " [{,:".unicodeScalars.contains(last) {
                quote = scalar
            }
        }
        return nil
    }

    /// Whether a text that was to begin on this line lacks its indentation: the line before ends with `|` or `>`.
    private func isTextWithoutIndentation(_ range: SourceRange) -> Bool {
        let lines = SourceFile(path: "", bytes: Array(bytes)).lines().prefix(range.line - 1)
        let above = lines.lazy.map(\.unicodeScalars).last { !$0.allSatisfy { $0 == " " } }
        let head = above?.reversed().drop { $0 == " " || $0 == "\t" }.drop {
            "-+0123456789".unicodeScalars.contains($0)
        }
        return head?.first.map { $0 == "|" || $0 == ">" } == true && head?.dropFirst().first == " "
    }

    /// Returns the failure for an unexpected colon: either in a text with ': ', or in a key after a line that is not
    /// complete.
    private func unexpectedColon(_ range: SourceRange) -> Failure {
        let before = Array(line(of: range).prefix(range.column - 1))
        if before.indices.dropLast().contains(where: { before[$0] == ":" && before[$0 + 1] == " " }) {
            return Failure(
                range: range, message: "a ':' is not expected here", hint: "put quotes around the whole text")
        }
        let start = before.prefix { $0 == " " || $0 == "-" }.count
        return Failure(
            range: SourceRange(line: range.line, column: start + 1, length: before.count - start),
            message: "this key does not fit the line above",
            hint: "check its indentation, and that each 'key:' above has a space behind it"
        )
    }

    static func range(_ mark: yaml_mark_t) -> SourceRange {
        SourceRange(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    private func unexpectedCharacter(_ range: SourceRange) -> Failure {
        let character = line(of: range).dropFirst(range.column - 1).first
        if character == "\t" {
            return Failure(range: range, message: "a tab stands here", hint: "indent with spaces")
        }
        return Failure(
            range: range, message: "a text can't begin with \(character.map { "'\($0)'" } ?? "this character")",
            hint: "put quotes around the text")
    }

    /// Returns the failure of libyaml's reader, which knows no lines, only the offset of the byte that it can't read.
    private func readerFailure(_ problem: String) -> Failure {
        let offset = min(max(Int(parser.pointee.problem_offset), 0), bytes.count)
        let lines = SourceFile(path: "", bytes: Array(bytes[..<offset])).lines()
        let range = SourceRange(
            line: lines.count, column: (lines.last?.unicodeScalars.count ?? 0) + 1)
        let code = String(parser.pointee.problem_value, radix: 16, uppercase: true)
        let number = String(repeating: "0", count: max(4 - code.count, 0)) + code
        return problem == "control characters are not allowed"
            ? Failure(
                range: range, message: "a control character (U+\(number)) stands here",
                hint: "delete it, or save the file as plain text in UTF-8")
            : Failure(range: range, message: "this can't be read: \(problem)")
    }
}
