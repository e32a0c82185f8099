import Responder
import Testing

@Suite struct ConditionTests {
    /// A condition, a setting in which it holds, one in which it fails, and the text about the failure.
    struct Case: CustomTestStringConvertible {
        var when: String
        var holds: Setting
        var fails: Setting
        var failure: String
        var testDescription: String { when }
    }

    struct Setting {
        var text = "hello"
        var time = "2026-11-22 12:00"
        var number = "972501234567"
        var account = Chat.account
        var tags: Set<String> = []
        var state: [String: Memory.Value] = [:]
        var lastMessage: Duration?
        var isWindowOpen = true
    }

    static let cases: [Case] = [
        Case(
            when: "{open: shop}", holds: Setting(), fails: Setting(time: "2026-11-22 18:00"),
            failure: "open: shop is closed (it is Sun 18:00, Asia/Jerusalem)"),
        Case(
            when: "{closed: shop}", holds: Setting(time: "2026-11-21 12:00"), fails: Setting(time: "2026-11-22 09:00"),
            failure: "closed: shop is open (it is Sun 09:00, Asia/Jerusalem)"),
        Case(
            when: "{between: 22:00-06:00}", holds: Setting(time: "2026-11-22 05:59"),
            fails: Setting(time: "2026-11-22 06:00"),
            failure: "between: it is not between 22:00–06:00 (it is Sun 06:00, Asia/Jerusalem)"),
        Case(
            when: "{contact: \"\u{202A}+972 50\u{2011}123\u{2011}4567\u{202C}\"}", holds: Setting(),
            fails: Setting(number: "972501234568"), failure: "contact: it is somebody else"),
        Case(
            when: "{contact: [00972.50.123.4567, +972 (0)50-7654321, IL.123]}", holds: Setting(number: "972507654321"),
            fails: Setting(number: "972501234568"), failure: "contact: it is somebody else"),
        // A span is one run of time: it has ended when the clock, put back, shows its last hour again.
        Case(
            when: "{between: 20:00-01:30}", holds: Setting(time: "2026-10-24 22:29Z"),
            fails: Setting(time: "2026-10-24 23:15Z"),
            failure: "between: it is not between 20:00–01:30 (it is Sun 01:15, Asia/Jerusalem)"),
        Case(
            when: "{between: '08:00-10:00, 14:00-16:00', timezone: Europe/London}",
            holds: Setting(time: "2026-11-22 16:00"),
            fails: Setting(time: "2026-11-22 15:59"),
            failure: "between: it is not between 08:00–10:00, 14:00–16:00 (it is Sun 13:59, Europe/London)"),
        Case(
            when: "{date: [2026-12-01..2026-12-31, 2026-11-23]}", holds: Setting(time: "2026-12-31 23:59"),
            fails: Setting(time: "2027-01-01 00:00"), failure: "date: today is 2027-01-01"),
        Case(
            when: "{date: 2026-11-23, timezone: America/New_York}", holds: Setting(time: "2026-11-24 06:59"),
            fails: Setting(time: "2026-11-23 06:59"), failure: "date: today is 2026-11-22"),
        Case(
            when: "{language: [he, ru]}", holds: Setting(text: "шалом"), fails: Setting(text: "מה hello world"),
            failure: "language: the message is en, not he, ru"),
        Case(
            when: "{language: ar}", holds: Setting(text: "مرحبا 5"), fails: Setting(text: "123 👍"),
            failure: "language: the message is of no known language, not ar"),
        Case(
            when: "{account: +972-77-000-0001}", holds: Setting(account: "972770000001"), fails: Setting(),
            failure: "account: the message came to 972770000000"),
        Case(
            when: "{contact: [972501111111, 972 50 222 2222]}", holds: Setting(number: "972502222222"),
            fails: Setting(),
            failure: "contact: it is somebody else"),
        Case(
            when: "{tagged: [vip, staff]}", holds: Setting(tags: ["staff"]), fails: Setting(tags: ["other"]),
            failure: "tagged: the contact does not have the tag 'vip' or 'staff'"),
        Case(
            when: "{not_tagged: [vip, staff]}", holds: Setting(tags: ["other"]), fails: Setting(tags: ["staff"]),
            failure: "not_tagged: the contact has the tag 'staff'"),
        Case(
            when: "{state: {topic: [order, menu]}}", holds: Setting(state: ["topic": .init(text: "menu")]),
            fails: Setting(state: ["topic": .init(text: "x")]), failure: "state: topic is 'x', not 'order' or 'menu'"),
        Case(
            when: "{state: {topic: order, step: 1}}",
            holds: Setting(state: ["topic": .init(text: "order"), "step": .init(text: "1")]),
            fails: Setting(state: ["topic": .init(text: "order")]), failure: "state: step is not set, not '1'"),
        Case(
            when: "{first_contact: true}", holds: Setting(), fails: Setting(lastMessage: .days(400)),
            failure: "first_contact: the contact has written before"),
        Case(
            when: "{first_contact: false}", holds: Setting(lastMessage: .seconds(1)), fails: Setting(),
            failure: "first_contact: the contact writes for the first time"),
        Case(
            when: "{idle: 1d12h}", holds: Setting(lastMessage: .hours(36)),
            fails: Setting(lastMessage: .hours(36) - .seconds(1)),
            failure: "idle: the contact has written within 1d12h"),
        Case(
            when: "{window: open}", holds: Setting(), fails: Setting(isWindowOpen: false),
            failure: "window: the 24-hour window has shut"),
        Case(
            when: "{window: expired}", holds: Setting(isWindowOpen: false), fails: Setting(),
            failure: "window: the 24-hour window is open"),
        Case(
            when: "{not: {open: shop}}", holds: Setting(time: "2026-11-21 12:00"), fails: Setting(),
            failure: "not: it holds"),
        Case(
            when: "{not: {open: shop, language: en}}", holds: Setting(text: "שלום"), fails: Setting(),
            failure: "not: all of it holds"),
        Case(
            when: "{any: [{language: he}, {closed: shop, language: en}]}", holds: Setting(time: "2026-11-21 12:00"),
            fails: Setting(), failure: "any: none of its alternatives holds"),
        Case(
            when: "{not: {any: [{language: he}, {not: {open: shop}}]}}", holds: Setting(), fails: Setting(text: "שלום"),
            failure: "not: it holds"),
        Case(
            when: "{open: shop, language: en}", holds: Setting(), fails: Setting(text: "שלום"),
            failure: "language: the message is he, not en"),
    ]

    private func chat(_ tested: Case, _ setting: Setting) throws -> (Chat, Message) {
        var chat = try Chat(
            """
              - {id: a, match: anything, reply: x, when: \(tested.when)}
              - {id: names, match: never, set: {topic: x, step: x}, tag: [vip, staff]}
            """, at: setting.time)
        chat.conversation.memory.tags = setting.tags
        chat.conversation.memory.state = setting.state
        chat.conversation.memory.lastMessageAt = setting.lastMessage.map { chat.now - $0 }
        return (chat, chat.message(setting.text, number: setting.number, account: setting.account))
    }

    @Test("The rule answers where its condition holds", arguments: cases)
    func holds(_ tested: Case) throws {
        var (chat, message) = try chat(tested, tested.holds)
        #expect(chat.receive(message, window: tested.holds.isWindowOpen).rule == "a")
    }

    @Test("The rule is silent where it does not, and says why", arguments: cases)
    func fails(_ tested: Case) throws {
        var (chat, message) = try chat(tested, tested.fails)
        let before = chat.conversation
        #expect(chat.receive(message, window: tested.fails.isWindowOpen).reason == .noMatch)
        chat.conversation = before
        if tested.fails.isWindowOpen {
            #expect(chat.why(message).first == "-a: \(tested.failure)")
        } else {
            var shut = before
            shut.receive(message, isWindowOpen: false, at: chat.now)
            let said = explain(message, in: shut, by: chat.rules, policy: chat.policy, at: chat.now)
            #expect(said.first?.because == tested.failure)
        }
    }

    @Test func aContactIsAlsoKnownByItsId() throws {
        var chat = try Chat("  - {id: a, match: anything, reply: x, when: {contact: IL.1605856887361213}}")
        var message = chat.message("hi")
        message.contact = Contact(id: "IL.1605856887361213", address: "IL.1605856887361213")
        #expect(chat.receive(message).rule == "a")
    }
}
