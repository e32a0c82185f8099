import Mustache

/// The values that a rule's texts may use, computed when a text asks for them.
///
/// Values come from outside. Characters that WhatsApp would take for formatting are replaced, and directional marks,
/// which would turn around the text after them, are left out. An empty value counts as missing, so that
/// `{{#group.name}}` can test for it.
public struct Variables: Sendable {
    private let value: @Sendable (_ group: String, _ name: String) -> String?
    private let hours: [String: Hours]
    private let now: Timestamp
    private let zone: Zone

    /// Creates the values that a text may ask for.
    ///
    /// - Parameters:
    ///   - hours: The hours of `hours.NAME.…`, by name.
    ///   - zone: The time zone of `now.…`.
    ///   - now: The moment of deciding.
    ///   - value: Returns the value of any other `group.name`.
    public init(
        hours: [String: Hours] = [:], zone: Zone = .utc, now: Timestamp = Timestamp(seconds: 0),
        value: @escaping @Sendable (_ group: String, _ name: String) -> String? = { _, _ in nil }
    ) {
        self.hours = hours
        self.zone = zone
        self.now = now
        self.value = value
    }

    /// The language of the message that is answered; English if it has no words.
    var messageLanguage: TextLanguage { value("message", "text").flatMap { TextLanguage(of: $0) } ?? .english }

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

    /// The text, shortened to the greatest length of a text: a text may name a value hundreds of times, and contacts
    /// decide how long it is.
    fileprivate var fitting: String {
        utf8.count > RuleText.limit ? trimmed.shortened(toUTF16: RuleText.limit) : self
    }
}
