import Testing

@testable import Responder

@Suite struct HoursTextTests {
    private func shop() throws -> Hours {
        try hours(
            [0: "09:00-13:00,16:00-18:00", 2: "22:00-02:00", 6: "20:00-24:00"],
            except: [("2026-11-29", "2026-12-10", ""), ("2026-12-09", "2026-12-09", "10:00-12:00")])
    }

    private func next(_ language: TextLanguage, _ time: String) throws -> String {
        let shop = try shop()
        return shop.nextOpening(after: try #require(Timestamp(parsing: time, in: shop.zone)), in: language)
    }

    private func spansToday(_ language: TextLanguage, _ time: String) throws -> String {
        let shop = try shop()
        return shop.today(at: try #require(Timestamp(parsing: time, in: shop.zone)), in: language)
    }

    @Test(
        "The next opening is told in the language of the text: today, by weekday, or by date from a week on",
        arguments: [
            (TextLanguage.hebrew, "היום ב-16:00", "יום שלישי ב-22:00", "יום רביעי 9.12 ב-10:00"),
            (.arabic, "اليوم الساعة 16:00", "يوم الثلاثاء الساعة 22:00", "يوم الأربعاء 9.12 الساعة 10:00"),
            (.english, "today at 16:00", "Tuesday at 22:00", "Wednesday 9.12 at 10:00"),
            (.russian, "сегодня в 16:00", "во вторник в 22:00", "в среду 9.12 в 10:00"),
        ])
    func nextOpening(_ language: TextLanguage, _ today: String, _ weekday: String, _ date: String) throws {
        #expect(try next(language, "2026-11-22 14:00") == today)
        #expect(try next(language, "2026-11-22 18:00") == weekday)
        #expect(try next(language, "2026-11-28 23:00") == date)
    }

    @Test func everyDayOfTheWeekHasItsName() throws {
        func names(_ language: TextLanguage) throws -> String {
            try (0..<7).map { day in
                let shop = try hours([day: "09:00-10:00"])
                let moment = try #require(Timestamp(parsing: "2026-11-22 12:00", in: shop.zone)) + .days(day)
                return shop.nextOpening(after: moment - .days(1), in: language).replacing("09:00", with: "")
            }.joined(separator: ",")
        }
        #expect(
            try names(.hebrew) == "יום ראשון ב-,יום שני ב-,יום שלישי ב-,יום רביעי ב-,יום חמישי ב-,יום שישי ב-,שבת ב-")
        #expect(
            try names(.english)
                == "Sunday at ,Monday at ,Tuesday at ,Wednesday at ,Thursday at ,Friday at ,Saturday at ")
        #expect(
            try names(.russian)
                == "в воскресенье в ,в понедельник в ,во вторник в ,в среду в ,в четверг в ,в пятницу в ,в субботу в ")
        #expect(
            try names(.arabic)
                == "يوم الأحد الساعة ,يوم الاثنين الساعة ,يوم الثلاثاء الساعة ,يوم الأربعاء الساعة ,يوم الخميس الساعة ,"
                + "يوم الجمعة الساعة ,يوم السبت الساعة ")
    }

    @Test(
        "Today's spans are told in order, and a day without any is closed",
        arguments: [(TextLanguage.hebrew, "סגור"), (.arabic, "مغلق"), (.english, "closed"), (.russian, "закрыто")])
    func today(_ language: TextLanguage, _ closed: String) throws {
        #expect(try spansToday(language, "2026-11-22 10:00") == "09:00–13:00, 16:00–18:00")
        #expect(try spansToday(language, "2026-11-24 10:00") == "22:00–02:00")
        #expect(try spansToday(language, "2026-11-21 10:00") == "20:00–24:00")
        #expect(try spansToday(language, "2026-11-23 10:00") == closed)
        #expect(try spansToday(language, "2026-11-29 10:00") == closed)
        #expect(try spansToday(language, "2026-12-09 10:00") == "10:00–12:00")
    }

    @Test("After midnight today is still the evening before, for as long as the business is open")
    func evening() throws {
        #expect(try spansToday(.english, "2026-11-25 01:59") == "22:00–02:00")
        #expect(try spansToday(.english, "2026-11-25 02:00") == "closed")
        #expect(try spansToday(.english, "2026-11-22 00:00") == "09:00–13:00, 16:00–18:00")
    }

    @Test func whatNeverOpensAgainHasNoNextOpening() throws {
        let shop = try hours([:])
        #expect(shop.nextOpening(after: Timestamp(seconds: 1_790_000_000), in: .english) == "")
    }

    @Test(
        "A text speaks its own language, whatever the message speaks",
        arguments: [
            ("ונפתח {{hours.shop.next_open}}", "ונפתח יום שלישי ב-22:00"),
            ("We open {{hours.shop.next_open}}. היום: {{hours.shop.today}}", "We open Tuesday at 22:00. היום: closed"),
            ("Откроемся {{hours.shop.next_open}}", "Откроемся во вторник в 22:00"),
            ("نفتح {{hours.shop.next_open}}", "نفتح يوم الثلاثاء الساعة 22:00"),
            ("{{hours.shop.next_open}}", "Tuesday at 22:00"),
            ("{{now.date}} {{now.time}}", "23.11.2026 03:05"),
        ])
    func rendered(_ text: String, _ expected: String) throws {
        let shop = try shop()
        let now = try #require(Timestamp(parsing: "2026-11-23 03:05", in: shop.zone))
        #expect(try RuleText(text).render(Variables(hours: ["shop": shop], zone: shop.zone, now: now)) == expected)
    }

    @Test("Without words of its own a text speaks the language of its template, or else of the message")
    func withoutWords() throws {
        let shop = try shop()
        let now = try #require(Timestamp(parsing: "2026-11-23 03:05", in: shop.zone))
        func variables(_ message: String) -> Variables {
            Variables(hours: ["shop": shop], zone: shop.zone, now: now) { group, name in
                (group, name) == ("message", "text") ? message : nil
            }
        }
        let text = try RuleText("{{hours.shop.next_open}}")
        #expect(text.render(variables("מתי פתוח?")) == "יום שלישי ב-22:00")
        #expect(text.render(variables("?")) == "Tuesday at 22:00")
        let template = TemplateMessage(
            name: "t", language: .hebrew, variables: [text, try RuleText("at {{hours.shop.today}}")])
        #expect(template.rendered(variables("when?")).variables == ["יום שלישי ב-22:00", "at closed"])
        let spanish = TemplateMessage(name: "t", language: .spanish, variables: [text])
        #expect(spanish.rendered(variables("מתי")).variables == ["יום שלישי ב-22:00"])
    }
}
