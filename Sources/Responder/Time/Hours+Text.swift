extension Hours {
    /// Returns the next opening, for a text in that language: `today at 16:00`, `Sunday at 09:00`, `Sunday 29.11 at
    /// 09:00`. Empty if there is none.
    func nextOpening(after moment: Timestamp, in language: TextLanguage) -> String {
        guard let opening = nextOpening(after: moment).map(zone.local) else { return "" }
        let days = opening.date.number - zone.local(moment).date.number
        let (_, month, day) = opening.date.components
        let date = days > 6 ? " \(day).\(month)" : ""
        let weekday = language.weekdays[opening.date.weekday]
        return "\(days == 0 ? language.today : weekday + date) \(language.at)\(opening.clock)"
    }

    /// Returns the opening times of today, for a text in that language: `09:00–13:00, 16:00–18:00` or `closed`. After
    /// midnight, as long as the business is open since the evening, that evening is today.
    func today(at moment: Timestamp, in language: TextLanguage) -> String {
        let today = zone.localOnce(moment).date
        let spans = spans(on: isOpenSinceYesterday(at: moment) ? LocalDate(number: today.number - 1) : today)
        return spans.isEmpty ? language.closed : spans.map(\.description).joined(separator: ", ")
    }
}

extension TextLanguage {
    fileprivate var weekdays: [String] {
        switch self {
        case .hebrew: ["יום ראשון", "יום שני", "יום שלישי", "יום רביעי", "יום חמישי", "יום שישי", "שבת"]
        case .arabic:
            ["يوم الأحد", "يوم الاثنين", "يوم الثلاثاء", "يوم الأربعاء", "يوم الخميس", "يوم الجمعة", "يوم السبت"]
        case .english: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
        case .russian:
            ["в воскресенье", "в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу"]
        }
    }

    fileprivate var today: String {
        switch self {
        case .hebrew: "היום"
        case .arabic: "اليوم"
        case .english: "today"
        case .russian: "сегодня"
        }
    }

    fileprivate var at: String {
        switch self {
        case .hebrew: "ב-"
        case .arabic: "الساعة "
        case .english: "at "
        case .russian: "в "
        }
    }

    fileprivate var closed: String {
        switch self {
        case .hebrew: "סגור"
        case .arabic: "مغلق"
        case .english: "closed"
        case .russian: "закрыто"
        }
    }
}
