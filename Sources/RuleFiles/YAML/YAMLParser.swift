import CLibYAML

/// Reads a YAML file with libyaml into nodes with their places.
///
/// A hostile file gets a diagnostic: nesting beyond ``depthLimit``, more than ``nodeLimit`` nodes once aliases are
/// written out, a file beyond ``sizeLimit`` bytes, bytes that are not UTF-8, letters with too many combining marks.
public struct YAMLParser: ~Copyable {
    static let depthLimit = 64
    static let nodeLimit = 1_000_000
    /// The limit for all readings of one file together, in bytes.
    private static let rereadLimit = 8 << 20
    /// The largest size of a file, in bytes.
    public static let sizeLimit = 16 << 20

    /// The reason why a file could not be read.
    struct Failure: Error {
        var range: SourceRange?
        var message: String
        var hint: String?
        var isLoneQuestionMark = false
    }

    /// The parser of libyaml, at a fixed address because libyaml keeps pointers into it.
    let parser: UnsafeMutablePointer<yaml_parser_t>
    let bytes: UnsafeBufferPointer<UInt8>
    /// The places of question marks that were put in quotes, which the file itself does not have.
    private let questionMarks: Set<SourceRange>
    private var anchors: [String: Node] = [:]
    /// The beginning of the last text in quotes and the line in which it ended, if that is another line: most likely
    /// its closing quote is missing, and it ran into the text after it.
    private(set) var lastLongQuote: (start: SourceRange, end: Int)?

    /// The brackets that are open, the innermost last.
    private(set) var openBrackets: [(sign: String, range: SourceRange)] = []

    /// Returns the only document of the file, or `nil` with a diagnostic; an empty file is an empty mapping.
    public static func parse(_ file: SourceFile) -> (node: Node?, diagnostics: [Diagnostic]) {
        do {
            try check(file)
            return (try parse(Array(file.content)), [])
        } catch let failure as Failure {
            let failure = lookAlike(behind: failure, in: Array(file.content)) ?? failure
            let diagnostic = Diagnostic(
                file: file.path, range: failure.range, message: failure.message, hint: failure.hint
            )
            return (nil, [diagnostic])
        } catch {
            return (nil, [Diagnostic(file: file.path, range: nil, message: "\(error)")])
        }
    }

    /// Parses the bytes. A `?` with nothing after it begins a key in YAML, but people mean the text, so the file is
    /// read again with the `?` in quotes.
    ///
    /// Reading a large file again for each of thousands would take too long; after ``rereadLimit`` bytes the `?` is an
    /// error.
    private static func parse(_ bytes: [UInt8]) throws -> Node {
        var bytes = bytes
        var left = rereadLimit
        var marks: Set<SourceRange> = []
        while true {
            do {
                return try bytes.withUnsafeBufferPointer { bytes in
                    var parser = try YAMLParser(bytes, questionMarks: marks)
                    return try parser.document()
                }
            } catch let failure as Failure {
                left -= bytes.count
                guard left > 0, failure.isLoneQuestionMark, let range = failure.range,
                    let place = offset(of: range, in: bytes), bytes[place] == UInt8(ascii: "?"),
                    bytes[(place + 1)...].prefix(while: { $0 != UInt8(ascii: "\n") }).allSatisfy({ $0 <= 0x20 })
                else { throw failure }
                bytes.replaceSubrange(place...place, with: #""?""#.utf8)
                marks.insert(range)
            }
        }
    }

    /// Returns the failure that names a look-alike of one of YAML's signs, if the file can be read further once the sign
    /// itself is there: libyaml sees the look-alike as a letter, and complains only about what comes of it.
    ///
    /// Each look-alike is tried alone first, then together with those behind it: the first of several lines that are
    /// indented by them is to blame.
    private static func lookAlike(behind failure: Failure, in bytes: [UInt8]) -> Failure? {
        guard let range = failure.range else { return nil }
        let all = LookAlike.all(in: SourceFile(path: "", bytes: bytes).lines(), upTo: range.line)
        var left = rereadLimit
        for isAlone in [true, false] {
            var mended = bytes
            for lookAlike in all {
                left -= bytes.count
                guard left > 0 else { return nil }
                if isAlone { mended = bytes }
                mend(lookAlike, in: &mended)
                guard isReadFurther(mended, than: range) else { continue }
                return Failure(range: lookAlike.range, message: lookAlike.message, hint: lookAlike.hint)
            }
        }
        return nil
    }

    private static func mend(_ lookAlike: LookAlike, in bytes: inout [UInt8]) {
        guard let start = offset(of: lookAlike.range, in: bytes) else { return }
        let written = String(decoding: bytes[start...].prefix(4 * lookAlike.range.length), as: UTF8.self)
        // Another one, mended before it in this line, may have moved it.
        guard let first = written.unicodeScalars.first, LookAlike.isOne(first) else { return }
        let length = String(written.unicodeScalars.prefix(lookAlike.range.length)).utf8.count
        bytes.replaceSubrange(start..<start + length, with: lookAlike.replacement.utf8)
    }

    private static func isReadFurther(_ bytes: [UInt8], than range: SourceRange) -> Bool {
        do {
            _ = try parse(bytes)
            return true
        } catch {
            guard let next = (error as? Failure)?.range else { return false }
            // A mended sign may be one column longer.
            return (next.line, next.column) > (range.line, range.column + 1)
        }
    }

    /// Returns the offset of the range in bytes, or `nil` if there is no such place.
    private static func offset(of range: SourceRange, in bytes: [UInt8]) -> Int? {
        var start = 0
        for _ in 1..<range.line {
            guard let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            start = end + 1
        }
        let line = String(decoding: bytes[start...].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self).unicodeScalars
        guard range.column <= line.count else { return nil }
        return start + String(line.prefix(range.column - 1)).utf8.count
    }

    private static func check(_ file: SourceFile) throws {
        guard file.bytes.count <= sizeLimit else {
            throw Failure(
                range: nil, message: "the file is larger than \(sizeLimit >> 20) MiB",
                hint: "split it into several files"
            )
        }
        guard String(validating: file.bytes, as: UTF8.self) == nil else { return }
        for (number, line) in file.lines().enumerated() {
            guard let place = line.unicodeScalars.firstIndex(of: "\u{FFFD}") else { continue }
            let column = line.unicodeScalars.distance(from: line.startIndex, to: place) + 1
            throw Failure(
                range: SourceRange(line: number + 1, column: column), message: "the file is not in UTF-8",
                hint: "save it with the encoding UTF-8"
            )
        }
        throw Failure(range: nil, message: "the file is not in UTF-8", hint: "save it with the encoding UTF-8")
    }

    private init(_ bytes: UnsafeBufferPointer<UInt8>, questionMarks: Set<SourceRange>) throws {
        self.bytes = bytes
        self.questionMarks = questionMarks
        parser = .allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw Failure(message: "out of memory")
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    private mutating func document() throws -> Node {
        var event = try next()
        while event.type == .streamStart || event.type == .documentStart { event = try next() }
        let nothing = Node(content: .mapping([]), range: SourceRange(line: 1, column: 1))
        guard event.type != .streamEnd else { return nothing }
        let root = try node(event, depth: 0)
        event = try next()
        if event.type == .documentEnd { event = try next() }
        guard event.type == .streamEnd else {
            throw Failure(
                range: event.range, message: "a second document begins here, and a file holds only one",
                hint: "remove the '---'")
        }
        return root.isEmpty ? nothing : root
    }

    private mutating func node(_ event: Event, depth: Int) throws -> Node {
        guard depth < Self.depthLimit else {
            throw Failure(
                range: event.range, message: "this is nested more than \(Self.depthLimit) levels deep",
                hint: "check the indentation and the brackets")
        }
        var node: Node
        switch event.type {
        case .alias(let name):
            guard let target = anchors[name] else {
                throw Failure(
                    range: event.range, message: "'*\(name)' stands for nothing: there is no '&\(name)' above",
                    hint: "put quotes around a text that begins with '*'")
            }
            node = target
            node.range = event.range
            node.origin = target.origin ?? target.range
        case .scalar(let text, let style):
            node = Node(content: .scalar(text, style), range: event.range)
        case .sequenceStart:
            var items: [Node] = []
            var sum = 1
            while case let next = try next(), next.type != .sequenceEnd {
                let item = try self.node(next, depth: depth + 1)
                sum += item.weight
                items.append(item)
            }
            node = Node(content: .sequence(items), range: event.range, weight: sum)
        case .mappingStart:
            var pairs: [Node.Pair] = []
            var sum = 1
            while case let next = try next(), next.type != .mappingEnd {
                let key = try self.node(next, depth: depth + 1)
                let value = try self.node(try self.next(), depth: depth + 1)
                sum += key.weight + value.weight
                pairs.append(Node.Pair(key: key, value: value))
            }
            node = Node(content: .mapping(pairs), range: event.range, weight: sum)
        default:
            throw Failure(range: event.range, message: "unexpected \(event.type)")
        }
        guard node.weight <= Self.nodeLimit else {
            throw Failure(
                range: event.range, message: "with its '*' aliases written out this has more than a million values",
                hint: "write out what is meant")
        }
        if let anchor = event.anchor { anchors[anchor] = node }
        return node
    }

    private struct Event {
        enum Kind: Equatable {
            case streamStart, streamEnd, documentStart, documentEnd, sequenceStart, sequenceEnd, mappingStart,
                mappingEnd
            case alias(String)
            case scalar(String, Node.Style)
        }

        var type: Kind
        var anchor: String?
        var range: SourceRange
    }

    private mutating func next() throws -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { yaml_event_delete(&event) }
        let start = event.start_mark
        let end = event.end_mark
        let length = start.line == end.line ? Int(end.column) - Int(start.column) : 1
        var range = Self.range(start)
        if !questionMarks.contains(range) { range.length = max(length, 1) }
        var anchor: UnsafeMutablePointer<yaml_char_t>?
        let type: Event.Kind
        switch event.type {
        case YAML_STREAM_START_EVENT: type = .streamStart
        case YAML_STREAM_END_EVENT, YAML_NO_EVENT: type = .streamEnd
        case YAML_DOCUMENT_START_EVENT: type = .documentStart
        case YAML_DOCUMENT_END_EVENT: type = .documentEnd
        case YAML_SEQUENCE_START_EVENT:
            anchor = event.data.sequence_start.anchor
            openBrackets.append(("[", range))
            type = .sequenceStart
        case YAML_SEQUENCE_END_EVENT:
            openBrackets.removeLast()
            type = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            anchor = event.data.mapping_start.anchor
            openBrackets.append(("{", range))
            type = .mappingStart
        case YAML_MAPPING_END_EVENT:
            openBrackets.removeLast()
            type = .mappingEnd
        case YAML_ALIAS_EVENT: type = .alias(String(cString: event.data.alias.anchor))
        default:
            anchor = event.data.scalar.anchor
            let bytes = UnsafeBufferPointer(start: event.data.scalar.value, count: event.data.scalar.length)
            let text = String(decoding: bytes, as: UTF8.self)
            let style = Self.style(event.data.scalar.style)
            if let letter = text.letterWithTooManyMarks {
                let node = Node(content: .scalar(text, style), range: range)
                let reader = Reader(SourceFile(path: "", bytes: Array(self.bytes)))
                throw Failure(
                    range: reader.place(of: letter, in: node),
                    message: "a letter of this text carries more than \(String.markLimit) marks",
                    hint: "delete them: nobody can read it")
            }
            type = .scalar(text, style)
        }
        if case .scalar(_, .singleQuoted) = type, start.line != end.line {
            lastLongQuote = (range, Int(end.line) + 1)
        } else if case .scalar(_, .doubleQuoted) = type, start.line != end.line {
            lastLongQuote = (range, Int(end.line) + 1)
        }
        return Event(type: type, anchor: anchor.map { String(cString: $0) }, range: range)
    }

    private static func style(_ style: yaml_scalar_style_t) -> Node.Style {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
    }
}

extension String {
    /// The number of combining marks that may follow each other in a text that can be normalised piece by piece
    /// (Unicode Standard Annex 15, Stream-Safe Text Format). Beyond it, comparing two texts takes time in the square of
    /// the number of marks.
    fileprivate static let markLimit = 30

    /// The offset in scalars of the first letter that carries more marks than that; `nil` if there is none.
    fileprivate var letterWithTooManyMarks: Int? {
        // The UTF-8 of U+0300, the first combining mark, begins with this byte.
        guard utf8.contains(where: { $0 >= 0xCC }) else { return nil }
        var count = 0
        for (offset, scalar) in unicodeScalars.enumerated() {
            let isMark = scalar.value >= 0x300 && scalar.properties.canonicalCombiningClass != .notReordered
            count = isMark ? count + 1 : 0
            if count > Self.markLimit { return max(offset - count, 0) }
        }
        return nil
    }
}
