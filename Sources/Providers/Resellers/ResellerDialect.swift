import Responder

/// A provider that fronts the WhatsApp engine which the Israeli resellers share: their webhooks are the same, one event in
/// each.
protocol ResellerDialect: Dialect {}

extension ResellerDialect {
    var reasons: Set<Int> { Set(1...8) }

    func read(
        webhook body: [UInt8], of lines: WebhookLines, at now: Timestamp
    ) throws(WebhookEvent.ParseError) -> WebhookContent {
        let event = try WebhookEvent(parsing: body, account: lines.home, at: now)
        return WebhookContent(items: [
            .init(account: lines.home, event: event, payload: String(decoding: body, as: UTF8.self))
        ])
    }
}
