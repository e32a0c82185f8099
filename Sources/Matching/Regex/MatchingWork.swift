import CPCRE2

/// The work that a regular expression does for a text, counted instead of timed, so that it is the same on every
/// machine.
///
/// PCRE2's match limit is no measure of time, because steps within `.*` do not count. So the pattern is compiled once
/// more, with a callout before each of its items, and run by the interpreter. Work that the machine code of a pattern
/// is spared (pcre2_jit_compile.c, `detect_early_fail`) is spared here too: one of the first repetitions fails at once
/// at a place that it went over before. Without that, `order.*parcel` would seem to take as long as `(?=.*a)(?=.*b)`.
///
/// Unchecked because of its C pointer: nothing changes the compiled code, and each count has a match context of its
/// own.
public final class MatchingWork: @unchecked Sendable {
    /// The items of the pattern in their order, as PCRE2 reads them, for example `a`, `\d+`, `(?:`, `)*`.
    public let items: [String]
    private let code: OpaquePointer
    private let known: [replyd_work_item]

    /// Compiles the pattern of `regex` with callouts. Returns `nil` if that fails because the pattern is too long with
    /// its callouts.
    public init?(_ regex: RegularExpression) {
        var error: Int32 = 0
        var offset = 0
        var pattern = regex.pattern
        let compiled = pattern.withUTF8 { bytes in
            withUnsafePointer(to: UInt8(0)) { nothing in
                pcre2_compile_8(
                    bytes.baseAddress ?? nothing, bytes.count, RegularExpression.options | PCRE2_AUTO_CALLOUT, &error,
                    &offset, nil)
            }
        }
        guard let compiled else { return nil }
        code = compiled
        let places = Self.places(in: compiled)
        let utf8 = Array(pattern.utf8)
        items = places.map { String(decoding: utf8[$0], as: UTF8.self) }
        known = Self.known(places, items, length: utf8.count)
    }

    deinit {
        pcre2_code_free_8(code)
    }

    /// Returns the work of trying each item once at each place of `text`; a regex of a thousand words can't do with
    /// less.
    public func least(for text: String) -> Int {
        16 * items.count * text.unicodeScalars.count
    }

    /// Looks for the first match in `text`, and stops when the work reaches `limit`.
    ///
    /// - Returns: The work done, in units of about a quarter of a nanosecond; at least `limit` if PCRE2 gives up.
    public func count(for text: String, limit: Int) -> Int {
        guard let context = pcre2_match_context_create_8(nil) else { return 0 }
        defer { pcre2_match_context_free_8(context) }
        guard let data = pcre2_match_data_create_from_pattern_8(code, nil) else { return 0 }
        defer { pcre2_match_data_free_8(data) }
        var known = known
        var text = text
        return known.withUnsafeMutableBufferPointer { known in
            var work = replyd_work()
            work.items = known.baseAddress
            work.limit = limit
            work.backtrack_limit = Int(RegularExpression.matchLimit)
            withUnsafeMutablePointer(to: &work) { work in
                _ = pcre2_set_callout_8(context, replyd_count_work, work)
                text.withUTF8 { bytes in
                    withUnsafePointer(to: UInt8(0)) { nothing in
                        let result = pcre2_match_8(
                            code, bytes.baseAddress ?? nothing, bytes.count, 0, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, data,
                            context)
                        if result == PCRE2_ERROR_MATCHLIMIT || result == PCRE2_ERROR_DEPTHLIMIT
                            || result == PCRE2_ERROR_HEAPLIMIT
                        {
                            work.pointee.work = max(work.pointee.work, limit)
                        }
                    }
                }
            }
            return work.work
        }
    }

    /// Returns the ranges of the items in the pattern, in UTF-8 bytes.
    private static func places(in code: OpaquePointer) -> [Range<Int>] {
        final class Places { var all: [Int: Int] = [:] }
        let places = Places()
        _ = pcre2_callout_enumerate_8(
            code,
            { block, places in
                guard let block, let places else { return 0 }
                // An item inside a repetition is listed several times.
                Unmanaged<Places>.fromOpaque(places).takeUnretainedValue()
                    .all[block.pointee.pattern_position] = block.pointee.next_item_length
                return 0
            }, Unmanaged.passUnretained(places).toOpaque())
        return places.all.sorted { $0.key < $1.key }.map { $0.key..<($0.key + $0.value) }
    }
}

extension MatchingWork {
    private static func known(_ places: [Range<Int>], _ items: [String], length: Int) -> [replyd_work_item] {
        let nothing = replyd_work_item(
            letter: 1, repetition: -1, is_spared: 0, is_reference: 0, ran_from: 0, ran_to: -1)
        var known = Array(repeating: nothing, count: length + 1)
        var spared = 0
        let end = endOfSparedPart(places, items)
        for (index, (place, item)) in zip(places, items).enumerated() {
            // `\w` and classes look each letter up, which costs more.
            known[place.lowerBound].letter = item.hasPrefix("\\") || item.hasPrefix("[") ? 4 : 1
            known[place.lowerBound].is_reference = isReference(item) ? 1 : 0
            guard isRepetition(item) else { continue }
            if index + 1 < places.count { known[places[index + 1].lowerBound].repetition = place.lowerBound }
            if place.lowerBound < end, spared < 3 {
                known[place.lowerBound].is_spared = 1
                spared += 1
            }
        }
        return known
    }

    /// Whether the item refers to the text that a group has found.
    private static func isReference(_ item: String) -> Bool {
        item.hasPrefix("(?P=") || ["\\k", "\\g"].contains { item.hasPrefix($0) }
            || (item.first == "\\" && item.dropFirst().first?.isNumber == true)
    }

    /// Whether the item is one letter or class, repeated without a limit.
    private static func isRepetition(_ item: String) -> Bool {
        guard item.utf8.count > 1, item.first != "(", item.first != ")" else { return false }
        var item = item[...]
        if let last = item.last, last == "?" || last == "+", let sign = item.dropLast().last, "*+}".contains(sign),
            item.count > 2
        {
            item.removeLast()
        }
        if item.hasSuffix(",}") { return true }
        // `\*` and `\+` are letters.
        return (item.last == "*" || item.last == "+") && item != "\\*" && item != "\\+"
    }

    /// Returns the offset of the first look-around or other special group, of the first repeated group, or, if the
    /// pattern refers to a group, of the first capturing group; `Int.max` if there is none. No repetition at or after
    /// that offset is spared.
    private static func endOfSparedPart(_ places: [Range<Int>], _ items: [String]) -> Int {
        let hasReference = items.contains(where: isReference)
        var open: [Int] = []
        var end = Int.max
        for (place, item) in zip(places, items) {
            if item.hasPrefix("(") {
                let isPlain = item == "(" || item.hasPrefix("(?<") && !item.hasPrefix("(?<=") && !item.hasPrefix("(?<!")
                if !isPlain && item != "(?:" || isPlain && hasReference { end = min(end, place.lowerBound) }
                open.append(place.lowerBound)
            } else if item.hasPrefix(")"), let start = open.popLast(), item.count > 1 {
                end = min(end, start)
            }
        }
        return end
    }
}
