import CPCRE2
import Synchronization

/// A compiled PCRE2 pattern: Unicode, case-insensitive unless it says `(?-i)`, with a limit on the work of one match.
public struct RegularExpression: Sendable {
    /// A mistake in a pattern, and its position.
    public struct SyntaxError: Error, Hashable {
        /// The message of PCRE2.
        public var message: String
        /// The offset of the mistake in the pattern, in Unicode scalars.
        public var offset: Int
    }

    /// The result of matching one text.
    public enum Result: Sendable, Hashable {
        /// A match: the groups by number, 0 being the whole match; `nil` for a group that took no part.
        case match([String?])
        /// No match.
        case noMatch
        /// No answer: the text would have taken more steps than ``matchLimit``, or more work than ``workLimit``.
        case gaveUp
    }

    /// The options with which every pattern is compiled.
    static let options = PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS | PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_UTF_CHECK

    /// The pattern as written.
    public let pattern: String
    /// The numbers of the named groups, by name.
    public let names: [String: Int]
    /// The number of groups that the pattern captures, without the whole match.
    public let groupCount: Int
    /// Folded texts of which every match holds at least one; `nil` if none are known.
    public let requiredTexts: [[UInt8]]?
    private let code: CompiledCode
    /// The count of the pattern's work; `nil` if the work can't grow faster than the square of a text's length.
    private let work: LazyWork?

    /// Compiles `pattern`.
    ///
    /// - Throws: ``SyntaxError`` if PCRE2 rejects the pattern.
    public init(_ pattern: String) throws(SyntaxError) {
        self.pattern = pattern
        code = try CompiledCode(pattern)
        names = code.names
        groupCount = code.groupCount
        requiredTexts = RequiredTexts.of(pattern)
        work = Self.mayTakeLong(pattern) ? LazyWork() : nil
    }

    /// Whether the work of `pattern` can grow faster than the square of a text's length: it has two or more choices or
    /// references to groups.
    public static func mayTakeLong(_ pattern: String) -> Bool {
        var choices = 0
        var previous: UInt8 = 0
        for byte in pattern.utf8 {
            switch byte {
            case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "{"), UInt8(ascii: "|"): choices += 1
            // After a parenthesis it begins a special group; some of those refer to other groups.
            case UInt8(ascii: "?"): choices += 1
            // A reference to a group.
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "k"), UInt8(ascii: "g"):
                if previous == UInt8(ascii: "\\") { choices += 1 }
            default: break
            }
            if choices > 1 { return true }
            previous = byte
        }
        return false
    }

    /// Looks for the first match in the first ``textLimit`` scalars of `text`.
    public func firstMatch(in text: String) -> Result {
        guard text.utf8.count > Self.uncountedLength else { return code.firstMatch(in: text) }
        let scalars = text.unicodeScalars
        let end = scalars.index(scalars.startIndex, offsetBy: Self.textLimit, limitedBy: scalars.endIndex)
        let text = end.map { String(scalars[..<$0]) } ?? text
        if let work, text.unicodeScalars.count > Self.uncountedLength, work.isTooMuch(self, text) { return .gaveUp }
        return code.firstMatch(in: text)
    }
}

/// Counts the work of a pattern. The count is created when the first long text arrives, because it takes more memory
/// than the pattern.
private final class LazyWork: Sendable {
    private let work = Mutex<MatchingWork??>(nil)

    func isTooMuch(_ expression: RegularExpression, _ text: String) -> Bool {
        let work = work.withLock { work in
            if work == nil { work = .some(MatchingWork(expression)) }
            return work ?? nil
        }
        guard let work else { return false }
        let limit = RegularExpression.workLimit + work.least(for: text)
        return work.count(for: text, limit: limit) >= limit
    }
}

/// An owner of a `pcre2_code` and of the match context that carries the limits.
///
/// Unchecked because it holds C pointers: PCRE2 documents compiled code and match contexts as safe to share between
/// threads once they are created (pcre2api, "Multithreading"), and only `translate` changes them, behind a lock.
private final class CompiledCode: @unchecked Sendable {
    private let code: OpaquePointer
    private let context: OpaquePointer?
    private let isTranslated = Mutex(false)
    let names: [String: Int]
    let groupCount: Int

    init(_ pattern: String) throws(RegularExpression.SyntaxError) {
        var error: Int32 = 0
        var offset = 0
        var copy = pattern
        let compiled = copy.withUTF8 { bytes in
            // An empty pattern has no base address; PCRE2 wants one even for length 0.
            withUnsafePointer(to: UInt8(0)) { nothing in
                pcre2_compile_8(
                    bytes.baseAddress ?? nothing, bytes.count, RegularExpression.options, &error, &offset, nil)
            }
        }
        guard let compiled else {
            let prefix = Substring(copy.utf8.prefix(offset))
            throw RegularExpression.SyntaxError(message: Self.message(error), offset: prefix.unicodeScalars.count)
        }
        code = compiled
        context = pcre2_match_context_create_8(nil)
        pcre2_set_match_limit_8(context, RegularExpression.matchLimit)
        pcre2_set_depth_limit_8(context, RegularExpression.matchLimit)
        // In kibibytes; the interpreter's frames live on the heap.
        pcre2_set_heap_limit_8(context, 4096)
        names = Self.names(of: compiled)
        var count: UInt32 = 0
        pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_CAPTURECOUNT), &count)
        groupCount = Int(count)
    }

    deinit {
        pcre2_match_context_free_8(context)
        pcre2_code_free_8(code)
    }

    /// Compiles the pattern to machine code when it is first needed. The code takes some kilobytes, and few messages
    /// reach most patterns of a large rule set. Without it the pattern still runs, only slower.
    private func translate() {
        isTranslated.withLock { isTranslated in
            if !isTranslated { _ = pcre2_jit_compile_8(code, PCRE2_JIT_COMPLETE) }
            isTranslated = true
        }
    }

    func firstMatch(in text: String) -> RegularExpression.Result {
        translate()
        guard let data = pcre2_match_data_create_from_pattern_8(code, nil) else { return .gaveUp }
        defer { pcre2_match_data_free_8(data) }
        var text = text
        return text.withUTF8 { bytes in
            withUnsafePointer(to: UInt8(0)) { nothing in
                let start = bytes.baseAddress ?? nothing
                var count = pcre2_match_8(code, start, bytes.count, 0, PCRE2_NO_UTF_CHECK, data, context)
                if count == PCRE2_ERROR_JIT_STACKLIMIT {
                    count = pcre2_match_8(code, start, bytes.count, 0, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, data, context)
                }
                if count == PCRE2_ERROR_NOMATCH { return .noMatch }
                guard count > 0, let offsets = pcre2_get_ovector_pointer_8(data) else { return .gaveUp }
                let groups = Int(pcre2_get_ovector_count_8(data))
                return .match(
                    (0..<groups).map { group in
                        let from = offsets[2 * group]
                        let to = offsets[2 * group + 1]
                        // PCRE2_UNSET is ~0, here -1; `\K` in a lookahead can put the start behind the end.
                        guard group < count, from >= 0, from <= to else { return nil }
                        return String(decoding: bytes[from..<to], as: UTF8.self)
                    }
                )
            }
        }
    }

    private static func names(of code: OpaquePointer) -> [String: Int] {
        var count: UInt32 = 0
        var entrySize: UInt32 = 0
        var table: UnsafePointer<UInt8>?
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMECOUNT), &count)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMEENTRYSIZE), &entrySize)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table)
        guard let table else { return [:] }
        var names: [String: Int] = [:]
        for index in 0..<Int(count) {
            // An entry is two bytes of group number, then the name with its closing zero (pcre2api,
            // PCRE2_INFO_NAMETABLE).
            let entry = table + index * Int(entrySize)
            names[String(cString: entry + 2)] = Int(entry[0]) << 8 | Int(entry[1])
        }
        return names
    }

    private static func message(_ code: Int32) -> String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { buffer in
            _ = pcre2_get_error_message_8(code, buffer.baseAddress, buffer.count)
            return buffer.baseAddress.map { String(cString: $0) } ?? "invalid pattern"
        }
    }
}
