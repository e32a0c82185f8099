import JSONText
import Responder

/// The way to read a value of one type from a node.
public struct Value<Result>: Sendable {
    /// Reads the value. Returns `nil` and records the problem if the node is not in order.
    public let read: @Sendable (Node, Reader) -> Result?
    /// The schema of the value, for editors.
    let schema: JSONSchema

    /// Creates a value that `read` reads from a node.
    public init(_ read: @escaping @Sendable (Node, Reader) -> Result?) {
        self.init(.anything, read)
    }

    init(_ schema: JSONSchema, _ read: @escaping @Sendable (Node, Reader) -> Result?) {
        self.read = read
        self.schema = schema
    }

    /// Returns the same value with another schema.
    func described(_ schema: JSONSchema) -> Value {
        Value(schema, read)
    }
}

extension Value {
    /// Returns a value that is read as this one and then converted by `transform`, which returns `nil` after recording
    /// an error.
    public func map<Other>(_ transform: @escaping @Sendable (Result, Node, Reader) -> Other?) -> Value<Other> {
        Value<Other>(schema) { node, reader in
            read(node, reader).flatMap { transform($0, node, reader) }
        }
    }

    /// The same value together with its place.
    public var located: Value<Located<Result>> {
        map { value, node, _ in Located(value: value, node: node) }
    }

    /// A list of these values.
    public var list: Value<[Result]> {
        Value<[Result]>(.array(of: schema)) { node, reader in
            guard !node.isRefused else { return nil }
            guard case .sequence(let items) = node.content else {
                if let (message, hint) = node.dashMistake {
                    reader.error(node.range, message, hint: hint)
                    return nil
                }
                let problem = node.isEmpty ? "a list is missing here" : "a list is expected here, not \(node.kind)"
                reader.error(node.range, problem, hint: "begin each entry with '- '")
                return nil
            }
            return items.compactMap { read($0, reader) }
        }
    }

    /// Returns a list of at least one of these values; an empty list is an error with this hint.
    func list(orElse hint: String) -> Value<[Result]> {
        Value<[Result]>(list.schema) { node, reader in
            if case .sequence(let items) = node.content, items.isEmpty {
                reader.error(node.range, "the list is empty", hint: hint)
                return nil
            }
            return list.read(node, reader)
        }
    }

    /// One of these values, or a list of at least one.
    public var oneOrMore: Value<[Result]> {
        Value<[Result]>(.anyOf([schema, .array(of: schema)])) { node, reader in
            if case .sequence = node.content {
                return list(orElse: "write at least one value, or remove this").read(node, reader)
            }
            return read(node, reader).map { [$0] }
        }
    }
}

/// A value and the node that it was read from.
public struct Located<Value> {
    /// The value.
    public var value: Value
    /// The node of the value, with its place.
    public var node: Node
}

extension Value where Result == String {
    /// A text, taken exactly as written: `no`, `0501…` and `9:30` stay as they are.
    public static var string: Value<String> {
        Value(.scalar) { node, reader in
            guard !node.isRefused, !reader.refusesBareVariable(node) else { return nil }
            guard case .scalar(let text, _) = node.content else {
                reader.error(node.range, "one value is expected here, not \(node.kind)")
                return nil
            }
            guard !node.isEmpty else {
                let isMarked = reader.hasComment(behind: node)
                reader.error(
                    node.range, "a value is missing here",
                    hint: isMarked ? "put quotes around a text that begins with '#'" : "write one, or remove this")
                return nil
            }
            return text
        }
    }
}

extension Value where Result == String {
    /// A text that is not only white space: a name, a path, a secret.
    public static var filled: Value<String> {
        Value<String>.string.map { text, node, reader in
            if !text.allSatisfy(\.isWhitespace) { return text }
            reader.error(node.range, "a value is missing here", hint: "write one, or remove this")
            return nil
        }
    }
}

extension Value where Result == Bool {
    /// `true` or `false`, or YAML's other words for them.
    public static var boolean: Value<Bool> {
        Value<String>.string.map { text, node, reader in
            switch text.lowercased() {
            case "true", "yes", "on": return true
            case "false", "no", "off": return false
            default:
                reader.error(
                    node.range, "'\(node.shown)' is neither true nor false",
                    hint: LookAlike.hint(in: text) ?? "write true or false")
                return nil
            }
        }.described(.boolean)
    }
}

extension Value where Result == Int {
    /// Returns a whole number within `range`.
    public static func integer(in range: ClosedRange<Int>) -> Value<Int> {
        Value<String>.string.map { text, node, reader in
            guard let number = Int(text), range.contains(number) else {
                reader.error(
                    node.range, "'\(node.shown)' is not a whole number from \(range.lowerBound) to \(range.upperBound)",
                    hint: LookAlike.hint(in: text)
                )
                return nil
            }
            return number
        }.described(.integer(in: Int64(range.lowerBound)...Int64(range.upperBound)))
    }
}

extension Value where Result == Duration {
    /// A time span, for example `90s`, `30m`, `12h`, `7d`, `1h30m` or `250ms`; plain `0` is a span of no length.
    public static var duration: Value<Duration> {
        Value<String>.string.map { text, node, reader in
            guard let duration = Duration(parsing: text) else {
                reader.error(
                    node.range, "'\(node.shown)' is not a time span",
                    hint: LookAlike.hint(in: text) ?? "write it like 90s, 30m, 12h or 7d")
                return nil
            }
            return duration
        }.described(.duration)
    }
}

extension Value
where Result: RawRepresentable & CaseIterable & Sendable, Result.RawValue == String, Result.AllCases: Sendable {
    /// Returns one of the words of an enumeration. `what` describes it in messages, for example "a mode".
    public static func oneOf(_ what: String) -> Value<Result> {
        Value<String>.string.map { text, node, reader in
            if let value = Result(rawValue: text) { return value }
            let words = Result.allCases.map(\.rawValue)
            // A guess would give away a part of a secret from the environment.
            // Of two letters one is too many to be a slip: 'fr' is not meant for 'ar'.
            let near = node.written == nil ? Suggestion.nearest(to: text, among: words.filter { $0.count > 2 }) : nil
            reader.error(
                node.range, "'\(node.shown)' is not \(what)",
                hint: LookAlike.hint(in: text) ?? near.map { "did you mean '\($0)'?" }
                    ?? "one of: \(words.joined(separator: ", "))"
            )
            return nil
        }.described(.words(Result.allCases.map(\.rawValue)))
    }
}
