import Foundation
import Responder
import SeededRandom
import Testing

@testable import Store
@testable import replyd

/// Writes a database to measure with:
///
///     SAMPLE_DATABASE=/tmp/day.sqlite SAMPLE_MESSAGES=100000 swift test --filter SampleDay
@Suite struct SampleDay {
    private static let path = ProcessInfo.processInfo.environment["SAMPLE_DATABASE"]
    private static let count = ProcessInfo.processInfo.environment["SAMPLE_MESSAGES"].flatMap { Int($0) } ?? 100_000

    static let rules = """
        settings: {expired: {template: reopen_chat}}
        hours:
          shop: {timezone: Asia/Jerusalem, open: {sun-thu: "09:00-18:00", fri: "08:30-13:00"}}
        rules:
          - id: order-status
            match: {regex: '(?:order|הזמנה)\\s*#?(?<number>\\d{4,})'}
            reply: "מחפשים את הזמנה {{match.number}}, כבר חוזרים אליך."
          - id: hours
            match: [שעות, פתוחים, opening hours]
            reply: "א׳–ה׳ 09:00–18:00, ו׳ 08:30–13:00"
          - id: prices
            match: [מחיר, כמה עולה, price]
            reply: המחירים באתר
            cooldown: 1h
          - id: agent
            match: [נציג, agent]
            handoff: {pause: 30m}
            reply: רגע, כבר מעבירים
          - id: stop
            match: {exact: [הסר, stop]}
            opt_out: true
            reply: הוסרת
          - id: gift
            match: [gift, מתנה]
            reply: יש לנו
          - id: greeting
            match: [שלום, היי, hello, hi]
            one_of: [שלום!, היי!, ברוכים הבאים!]
            cooldown: 6h
          - id: closed
            when: {closed: shop}
            match: anything
            priority: -10
            cooldown: 12h
            reply: "נפתח {{hours.shop.next_open}}"
        """

    private static let texts = [
        "מה השעות שלכם?", "מתי אתם פתוחים היום", "opening hours please", "שלום", "היי, מה נשמע?", "כמה עולה החולצה",
        "what is the price of the blue one", "הזמנה 48213", "order #5512", "אפשר נציג בבקשה", "הסר", "תודה רבה!", "👍",
        "יש משלוחים לחיפה?", "כמה זמן לוקח המשלוח?", "המשלוח לא הגיע", "יש לכם חניה?", "איפה אפשר לחנות", "חניה לנכים",
        "do you ship to Eilat?", "is there parking", "האם יש לכם סניף באילת", "סניף בתל אביב?", "אפשר להחליף מידה",
        "החלפת מידה לנעליים", "קבלתי מוצר פגום", "the zipper is broken", "מוצר פגום, מה עושים", "gift wrap?",
    ]

    @Test(.enabled(if: path != nil)) func aDayIsWritten() async throws {
        let line = try RecordedLine(Self.rules, path: Self.path)
        var random = SeededRandom(seed: 1)
        let step = Duration.days(1) / Self.count
        for number in 0..<Self.count {
            line.now = RecordedLine.start + step * number
            let contact = "9725\(10_000_000 + random.upTo(max(Self.count / 4, 1)))"
            let text = "\(random.one(of: Self.texts))\(random.chance(0.3) ? " \(random.upTo(1000))" : "")"
            try await line.receive(text, from: contact, type: random.chance(0.03) ? .image : .text)
            if number % 50 == 49 { try await line.send() }
        }
        try await line.send()
    }
}
