import JSONText
import Responder

extension RuleSections {
    private struct HoursDraft {
        var zone: Zone?
        var week: [[DaySpan]] = Array(repeating: [], count: 7)
        var exceptions: [DayException] = []
    }

    private static let hoursKeys = Section<HoursDraft>(
        "hours",
        [
            Field("timezone", zone, to: \.zone, says: "The IANA name of the time zone: Asia/Jerusalem."),
            Field("open", week, to: \.week, says: "Spans by day: 'sun-thu: 09:00-18:00'. Days not named are closed."),
            Field("except", exceptions, to: \.exceptions, says: "Days that differ: '2026-09-12: closed'."),
        ])

    static let hours = Value<[Located<Hours>]>(.map(of: hoursKeys.schema(required: ["timezone", "open"]))) {
        node, reader in
        guard case .mapping(let pairs) = node.content else {
            reader.error(
                node.range, "hours are made of names with times", hint: "like 'shop:' with timezone and open below it")
            return nil
        }
        if let key = pairs.first(where: { $0.name == "timezone" })?.key {
            reader.error(key.range, "hours need a name", hint: "write a line like 'shop:' above, and this below it")
            return nil
        }
        var seen: [String: SourceRange] = [:]
        return pairs.compactMap { pair in
            guard let name = names.read(pair.key, reader) else { return nil }
            if let first = seen[name.value] {
                reader.error(
                    pair.key.range, "'\(name.value)' stands twice in hours", hint: "first in line \(first.line)")
                return nil
            }
            seen[name.value] = pair.key.range
            var draft = HoursDraft()
            guard let given = hoursKeys.read(pair.value, into: &draft, reader) else { return nil }
            if !given.contains("timezone") {
                reader.error(pair.key.range, "hours need a 'timezone'", hint: "like 'timezone: Asia/Jerusalem'")
            }
            if !given.contains("open") {
                reader.error(pair.key.range, "hours need 'open'", hint: "like 'open: {sun-thu: 09:00-18:00}'")
            }
            let hours = Hours(
                name: name.value, zone: draft.zone ?? .utc, week: draft.week, exceptions: draft.exceptions)
            return Located(value: hours, node: pair.key)
        }
    }

    // MARK: Week

    private static let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    private static let fullDays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]

    private static let week = Value<[[DaySpan]]>(.map(of: spansOrClosed.schema)) { node, reader in
        guard case .mapping(let pairs) = node.content else {
            reader.error(node.range, "'open' is made of days with times", hint: "like 'sun-thu: 09:00-18:00'")
            return nil
        }
        var week: [[DaySpan]] = Array(repeating: [], count: 7)
        var seen: [Int: SourceRange] = [:]
        for pair in pairs {
            guard let named = weekdays(pair, reader), let spans = spansOrClosed.read(pair.value, reader) else {
                continue
            }
            for day in named {
                if let first = seen[day] {
                    reader.error(
                        pair.key.range, "\(days[day]) stands twice in open",
                        hint: "first in line \(first.line); write both spans there: 09:00-13:00, 16:00-18:00")
                    break
                }
                seen[day] = pair.key.range
                week[day] = spans
            }
        }
        return week
    }

    /// Reads days: `sun`, `sun-thu`, `fri, sat`. The result counts days from Sunday, which is 0.
    private static func weekdays(_ pair: Node.Pair, _ reader: Reader) -> [Int]? {
        var named: [Int] = []
        for part in pair.name.split(separator: ",") {
            let words = part.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
            let ends = words.map(weekday)
            switch (ends.count, ends.first ?? nil, ends.last ?? nil) {
            case (1, let day?, _): named.append(day)
            case (2, let first?, let last?):
                named += (0...((last - first + 7) % 7)).map { (first + $0) % 7 }
            default:
                let wrong = words.first { weekday($0) == nil } ?? pair.name
                let near = Suggestion.nearest(to: wrong.trimmed, among: days + fullDays)
                let isDashed = wrong.unicodeScalars.contains(where: LookAlike.isDash)
                let known = "write sun, mon, tue, wed, thu, fri, sat, or sun-thu"
                // In one line, a comma without quotes ends the times of a day.
                let isTime = DaySpan(parsing: pair.name) != nil
                reader.error(
                    pair.key.range, "'\((isTime ? pair.name : wrong).trimmed)' is no day",
                    hint: isTime
                        ? "put quotes around all times of a day: {sun: \"09:00-13:00, 16:00-18:00\"}"
                        : isDashed
                            ? "between the days stands a plain '-', not a long dash"
                            : LookAlike.hint(in: wrong) ?? near.map { "did you mean '\($0)'?" } ?? known)
                return nil
            }
        }
        return named
    }

    private static func weekday(_ text: String) -> Int? {
        let name = text.filter { $0 != " " }.lowercased()
        return days.firstIndex(of: name) ?? fullDays.firstIndex(of: name)
    }

    // MARK: Exceptions

    private static let exceptions = Value<[DayException]>(.map(of: spansOrClosed.schema)) { node, reader in
        guard case .mapping(let pairs) = node.content else {
            reader.error(node.range, "'except' is made of dates with times", hint: "like '2026-09-12: closed'")
            return nil
        }
        return reader.distinct(pairs, in: "except").compactMap { pair in
            guard let days = dateRange(pair.key, reader), let spans = spansOrClosed.read(pair.value, reader) else {
                return nil
            }
            return DayException(days: days, spans: spans)
        }
    }

    static let dates = Value<ClosedRange<LocalDate>> { dateRange($0, $1) }
        .described(.text(like: #"^\d{4}-\d{2}-\d{2}(\.\.\d{4}-\d{2}-\d{2})?$"#, examples: ["2026-12-31"])).oneOrMore

    /// Reads a date or a range of dates: `2026-12-31` or `2026-12-24..2026-12-26`.
    private static func dateRange(_ node: Node, _ reader: Reader) -> ClosedRange<LocalDate>? {
        guard let text = Value<String>.string.read(node, reader) else { return nil }
        let ends = text.split(separator: "..", omittingEmptySubsequences: false)
        let dates = ends.map { LocalDate(parsing: $0.filter { $0 != " " }) }
        guard (1...2).contains(dates.count), let first = dates[0], let last = dates[dates.count - 1] else {
            let isDashed = text.unicodeScalars.contains(where: LookAlike.isDash)
            let looksRight = ends.allSatisfy { $0.wholeMatch(of: /\d{4}-\d\d-\d\d/) != nil }
            reader.error(
                node.range, "'\(text)' is no date",
                hint: looksRight
                    ? "there is no such day; years go from 1970 to 2399"
                    : isDashed
                        ? "a date has plain '-', not long dashes"
                        : LookAlike.hint(in: text) ?? "write it like 2026-12-31, or 2026-12-24..2026-12-26")
            return nil
        }
        guard first <= last else {
            reader.error(node.range, "'\(text)' ends before it begins", hint: "write \(last)..\(first)")
            return nil
        }
        return first...last
    }

    // MARK: Spans

    /// Spans of a day: `09:00-18:00`, or several of them with commas between them or in a list.
    static let spans = Value<[DaySpan]>(
        .anyOf([.text(like: spanPattern, examples: ["09:00-18:00"]), .array(of: .text(like: spanPattern))])
    ) { node, reader in
        guard let texts = Value<String>.string.located.oneOrMore.read(node, reader) else { return nil }
        var spans: [DaySpan] = []
        for (text, node) in texts.flatMap({ text in text.value.split(separator: ",").map { ($0, text.node) } }) {
            guard let span = DaySpan(parsing: text) else {
                reader.error(
                    node.range, "'\(String(text).trimmed)' is no span of a day", hint: hint(for: String(text).trimmed))
                return nil
            }
            if let other = spans.first(where: { $0.start < span.end && span.start < $0.end }) {
                reader.error(node.range, "\(other) and \(span) overlap", hint: "make them one, or mend one of them")
                return nil
            }
            if span.end == 1439 {
                let full = String(text).trimmed.replacing("23:59", with: "24:00")
                reader.suspect(
                    node.range, "'\(String(text).trimmed)' ends a minute before midnight", hint: "write \(full)",
                    code: "short-day")
            }
            spans.append(span)
        }
        return spans.sorted { $0.start < $1.start }
    }

    private static func hint(for text: String) -> String {
        let ends = text.split(separator: "-")
        if ends.count == 2, ends[0] == ends[1], DaySpan(parsing: "\(ends[0])-24:00") != nil {
            return "for a whole day write 00:00-24:00"
        }
        if DaySpan(parsing: text.replacing("–", with: "-").replacing("—", with: "-")) != nil {
            return "between the times stands a plain '-', not a long dash"
        }
        return Suggestion.nearest(to: text, among: ["closed"]).map { "did you mean '\($0)'?" }
            ?? "write it like 09:00-18:00, over midnight 22:00-02:00"
    }

    private static let spanPattern = #"^(closed|( *\d{1,2}:\d{2} *- *\d{1,2}:\d{2} *,?)+)$"#

    private static let spansOrClosed = Value<[DaySpan]>(spans.schema) { node, reader in
        if case .scalar("closed", _) = node.content { return [] }
        return spans.read(node, reader)
    }
}

extension String {
    fileprivate var trimmed: String { split(separator: " ").joined(separator: " ") }
}
