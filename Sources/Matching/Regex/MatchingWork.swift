import CPCRE2

/// The work that a regular expression does for a text, counted instead of timed: the same on every machine.
///
/// PCRE2's match limit is no measure of time, for what happens within `.*` does not count. So the pattern is compiled once
/// more, with a callout before each of its items, and run by the interpreter. What the compiled pattern of a message is
/// spared (pcre2_jit_compile.c, `detect_early_fail`) is spared here too: one of the first repetitions that stands at a place
/// which it went over before fails at once. Without that, `order.*parcel` would seem to take as long as `(?=.*a)(?=.*b)`.
///
/// Unchecked because of its C pointer: nothing changes the compiled code, and each count has a match context of its own.
public final class MatchingWork: @unchecked Sendable {
    /// The pattern's items in its order as PCRE2 reads them, like `a`, `\d+`, `(?:`, `)*`.
    public let items: [String]
    private let code: OpaquePointer
    private let known: [replyd_work_item]

    /// - Returns: nil where the pattern can't be compiled so; one that is too long with its callouts.
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

    /// What to try each item once at each place of `text` takes: a regex of a thousand words can't do with less.
    public func least(for text: String) -> Int {
        16 * items.count * text.unicodeScalars.count
    }

    /// Looks for the first match in `text`, and stops looking when that took `limit`.
    ///
    /// - Returns: The work done, in about a quarter of a nanosecond each; at least `limit` where PCRE2 gives up.
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

    /// Where the items stand in the pattern, in UTF-8 bytes.
    private static func places(in code: OpaquePointer) -> [Range<Int>] {
        final class Places { var all: [Int: Int] = [:] }
        let places = Places()
        _ = pcre2_callout_enumerate_8(
            code,
            { block, places in
                guard let block, let places else { return 0 }
                // What is repeated is there several times.
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
            // `\w` and classes look each letter up.
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

    /// What a group has found, once more.
    private static func isReference(_ item: String) -> Bool {
        item.hasPrefix("(?P=") || ["\\k", "\\g"].contains { item.hasPrefix($0) }
            || (item.first == "\\" && item.dropFirst().first?.isNumber == true)
    }

    /// One letter or class, repeated without end.
    private static func isRepetition(_ item: String) -> Bool {
        guard item.utf8.count > 1, item.first != "(", item.first != ")" else { return false }
        var item = item[...]
        if let last = item.last, last == "?" || last == "+", let sign = item.dropLast().last, "*+}".contains(sign),
            item.count > 2
        {
            item.removeLast()
        }
        if item.hasSuffix(",}") { return true }
        // `\*` is a letter.
        return (item.last == "*" || item.last == "+") && item != "\\*" && item != "\\+"
    }

    /// Where the first look-around or repeated group begins; behind it nothing is spared. Nor is anything in a group that is
    /// referred to.
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
