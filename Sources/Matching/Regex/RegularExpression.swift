import CPCRE2
import Synchronization

/// A compiled PCRE2 pattern: Unicode, case-insensitive unless it says `(?-i)`, with a bound on the work one match may do.
public struct RegularExpression: Sendable {
    /// What is wrong with a pattern, and where.
    public struct SyntaxError: Error, Hashable {
        /// PCRE2's own words.
        public var message: String
        /// Offset into the pattern, in Unicode scalars.
        public var offset: Int
    }

    /// What matching one text led to.
    public enum Result: Sendable, Hashable {
        /// The groups by number, 0 being the whole match; nil where a group took no part.
        case match([String?])
        case noMatch
        /// The text would have taken the pattern more steps than ``matchLimit``, or more work than ``workLimit``.
        case gaveUp
    }

    /// The most steps one match may take (PCRE2's match limit): some milliseconds.
    public static let matchLimit: UInt32 = 100_000
    /// So much of a text is looked at, in Unicode scalars: WhatsApp lets nobody write more.
    public static let textLimit = 4096
    /// The most work one match may take, as ``MatchingWork`` counts it, beyond what a long pattern takes at least: half a
    /// millisecond to five. Steps alone are no bound, for they are counted anew from each place of the text, and those
    /// within `.*` not at all.
    public static let workLimit = 2_000_000
    /// Up to this length, in Unicode scalars, even the cube of it is little work, and nothing is counted.
    static let uncountedLength = 256
    /// How every pattern is compiled.
    static let options = PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS | PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_UTF_CHECK

    /// The pattern as written.
    public let pattern: String
    /// Named groups and their numbers.
    public let names: [String: Int]
    /// How many groups it captures, the whole match not counted.
    public let groupCount: Int
    /// Folded texts of which every match holds at least one; nil where none are known.
    public let requiredTexts: [[UInt8]]?
    private let code: CompiledCode
    /// Nil where the work can't grow with more than the square of a text.
    private let work: LazyWork?

    /// Compiles `pattern`; throws ``SyntaxError``.
    public init(_ pattern: String) throws(SyntaxError) {
        self.pattern = pattern
        code = try CompiledCode(pattern)
        names = code.names
        groupCount = code.groupCount
        requiredTexts = RequiredTexts.of(pattern)
        work = Self.mayTakeLong(pattern) ? LazyWork() : nil
    }

    /// Whether its work can grow with more than the square of a text: it leaves a choice in two places, or refers to what
    /// one has found.
    public static func mayTakeLong(_ pattern: String) -> Bool {
        var choices = 0
        var previous: UInt8 = 0
        for byte in pattern.utf8 {
            switch byte {
            case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "{"), UInt8(ascii: "|"): choices += 1
            // Behind a parenthesis it says what kind of group begins; of those some refer to others.
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

/// What counts a pattern's work, made when the first long text comes: it takes more memory than the pattern.
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

/// Owns a `pcre2_code` and the match context that carries the limits.
///
/// Unchecked because it holds C pointers; PCRE2 documents compiled code and match contexts as safe to share between
/// threads once made (pcre2api, "Multithreading"), and nothing changes them but `translate`, behind a lock.
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
        // Kibibytes; the interpreter's frames live on the heap.
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

    /// Makes machine code of the pattern when it is first needed: it takes some kilobytes, and most patterns of a large rule
    /// set are asked for by few messages. Without it the pattern still runs, only slower.
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
            // Two bytes of group number, then the name with its closing zero (pcre2api, PCRE2_INFO_NAMETABLE).
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
