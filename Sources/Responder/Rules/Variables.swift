import Mustache

/// The values a rule's texts may use, worked out when a text asks for them.
///
/// Values come from outside, so what WhatsApp would take for formatting is made plain, and directional marks, which
/// would turn around what follows, are left out. Empty values count as missing, so that `{{#group.name}}` tells.
public struct Variables: Sendable {
    private let value: @Sendable (_ group: String, _ name: String) -> String?
    private let hours: [String: Hours]
    private let now: Timestamp
    private let zone: Zone

    /// Values that a text may ask for.
    ///
    /// - Parameters:
    ///   - hours: What `hours.NAME.…` stands for.
    ///   - zone: Where the clock of `now.…` hangs.
    ///   - now: The moment of deciding.
    ///   - value: What any other `group.name` stands for.
    public init(
        hours: [String: Hours] = [:], zone: Zone = .utc, now: Timestamp = Timestamp(seconds: 0),
        value: @escaping @Sendable (_ group: String, _ name: String) -> String? = { _, _ in nil }
    ) {
        self.hours = hours
        self.zone = zone
        self.now = now
        self.value = value
    }

    func scope(in language: TextLanguage) -> any MustacheParent {
        Scope { name in
            switch name {
            case "hours":
                Scope { name in
                    hours[name].map { hours in
                        Scope { name in
                            switch name {
                            case "next_open": hours.nextOpening(after: now, in: language).filled
                            case "today": hours.today(at: now, in: language).filled
                            default: nil
                            }
                        }
                    }
                }
            case "now":
                Scope { name in
                    let local = zone.local(now)
                    let (year, month, day) = local.date.components
                    return switch name {
                    case "date": "\(day.twoDigits).\(month.twoDigits).\(year)"
                    case "time": local.clock
                    default: nil
                    }
                }
            default:
                Scope { [group = name] name in value(group, name).flatMap(\.fitting.withoutFormatting.filled) }
            }
        }
    }

    private struct Scope: MustacheParent {
        let value: (String) -> Any?
        func child(named name: String) -> Any? { value(name) }
    }
}

extension String {
    fileprivate var filled: String? { isEmpty ? nil : self }

    /// As much of it as a text may hold: a text may name a value hundreds of times, and contacts decide how long it is.
    fileprivate var fitting: String {
        utf8.count > RuleText.limit ? trimmed.shortened(toUTF16: RuleText.limit) : self
    }
}
