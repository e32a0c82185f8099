import CLibYAML

/// Reads a YAML file with libyaml into nodes that know their place.
///
/// Hostile files get a diagnostic: nesting beyond ``depthLimit``, more than ``nodeLimit`` nodes once aliases are written
/// out, files beyond ``sizeLimit`` bytes, bytes that are not UTF-8.
public struct YAMLParser: ~Copyable {
    static let depthLimit = 64
    static let nodeLimit = 1_000_000
    /// In bytes.
    public static let sizeLimit = 16 << 20

    /// Why a file could not be read.
    struct Failure: Error {
        var range: SourceRange?
        var message: String
        var hint: String?
    }

    /// libyaml keeps pointers into its parser, so it lives at one address.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private var anchors: [String: Node] = [:]
    private var weight = 0

    /// The only document of the file, or nil with a diagnostic; an empty file is an empty mapping.
    public static func parse(_ file: SourceFile) -> (node: Node?, diagnostics: [Diagnostic]) {
        do {
            try check(file)
            return try file.bytes.withUnsafeBufferPointer { bytes in
                var parser = try YAMLParser(bytes)
                return (try parser.document(), [])
            }
        } catch let failure as Failure {
            let diagnostic = Diagnostic(
                file: file.path, range: failure.range, message: failure.message, hint: failure.hint
            )
            return (nil, [diagnostic])
        } catch {
            return (nil, [Diagnostic(file: file.path, range: nil, message: "\(error)")])
        }
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

    private init(_ bytes: UnsafeBufferPointer<UInt8>) throws {
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
            throw Failure(range: event.range, message: "a file holds one document", hint: "remove the '---'")
        }
        return root.isEmpty ? nothing : root
    }

    private mutating func node(_ event: Event, depth: Int) throws -> Node {
        guard depth < Self.depthLimit else {
            throw Failure(range: event.range, message: "nested more than \(Self.depthLimit) levels deep")
        }
        var node: Node
        switch event.type {
        case .alias(let name):
            guard let target = anchors[name] else {
                throw Failure(
                    range: event.range, message: "unknown alias '*\(name)'", hint: "no '&\(name)' stands above")
            }
            node = target
            node.range = event.range
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
            throw Failure(range: event.range, message: "aliases blow this up to more than \(Self.nodeLimit) values")
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

    private func next() throws -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
        defer { yaml_event_delete(&event) }
        let start = event.start_mark
        let end = event.end_mark
        let length = start.line == end.line ? Int(end.column) - Int(start.column) : 1
        let range = SourceRange(line: Int(start.line) + 1, column: Int(start.column) + 1, length: length)
        var anchor: UnsafeMutablePointer<yaml_char_t>?
        let type: Event.Kind
        switch event.type {
        case YAML_STREAM_START_EVENT: type = .streamStart
        case YAML_STREAM_END_EVENT, YAML_NO_EVENT: type = .streamEnd
        case YAML_DOCUMENT_START_EVENT: type = .documentStart
        case YAML_DOCUMENT_END_EVENT: type = .documentEnd
        case YAML_SEQUENCE_START_EVENT:
            anchor = event.data.sequence_start.anchor
            type = .sequenceStart
        case YAML_SEQUENCE_END_EVENT: type = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            anchor = event.data.mapping_start.anchor
            type = .mappingStart
        case YAML_MAPPING_END_EVENT: type = .mappingEnd
        case YAML_ALIAS_EVENT: type = .alias(String(cString: event.data.alias.anchor))
        default:
            anchor = event.data.scalar.anchor
            let text = UnsafeBufferPointer(start: event.data.scalar.value, count: event.data.scalar.length)
            type = .scalar(String(decoding: text, as: UTF8.self), Self.style(event.data.scalar.style))
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

    /// libyaml's complaint, in words for people who do not know how YAML is parsed.
    private func failure() -> Failure {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "out of memory"
        let context = parser.pointee.context.map { String(cString: $0) } ?? ""
        let mark = parser.pointee.problem_mark
        var range = SourceRange(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
        let from = parser.pointee.context_mark
        switch problem {
        case "mapping values are not allowed in this context":
            return Failure(
                range: range, message: "a ':' is not expected here",
                hint: "put quotes around a text that holds ': ', or check the indentation"
            )
        case "found character that cannot start any token":
            return Failure(
                range: range, message: "this character can't begin a value",
                hint: "indent with spaces, not tabs, and put quotes around a text that begins with @, ` or %"
            )
        case "did not find expected key":
            return Failure(
                range: range, message: "this does not fit the lines above",
                hint: "check its indentation, and that quotes above are closed"
            )
        case "did not find expected '-' indicator":
            return Failure(
                range: range, message: "a list goes on here, but there is no '-'",
                hint: "begin it with '- ' or check the indentation"
            )
        case "did not find expected ',' or ']'", "did not find expected ',' or '}'":
            let sign = problem.hasSuffix("]'") ? "]" : "}"
            range = SourceRange(line: Int(from.line) + 1, column: Int(from.column) + 1)
            return Failure(
                range: range, message: "what begins here is not closed",
                hint: "add '\(sign)', or quotes around a text that holds any of , [ ] { }"
            )
        case "found unexpected end of stream" where context.contains("quoted"):
            range = SourceRange(line: Int(from.line) + 1, column: Int(from.column) + 1)
            return Failure(range: range, message: "the quote that begins here is never closed")
        case "could not find expected ':'":
            range = SourceRange(line: Int(from.line) + 1, column: Int(from.column) + 1)
            return Failure(range: range, message: "a ':' is missing after this key")
        default:
            return Failure(range: range, message: context.isEmpty ? problem : "\(context), \(problem)")
        }
    }
}
