import HTTPTypes
import JSONText

extension AdminAPI {
    var changeRoutes: [APIRoute] {
        [
            APIRoute(
                method: .get, path: "/api/changes", id: "watch", summary: "Wait for something to happen",
                description: """
                    Without `after` it answers at once with the number to begin with. With the `next` of the answer \
                    before it answers as soon as something has changed, or after 25 seconds with nothing. Where \
                    `is_incomplete` more has changed than is remembered: load everything anew.
                    """,
                parameters: [.query("after", .int64(in: 0...Int64.max), "`next` of the answer before")],
                answer: .object([
                    "next": .int64, "is_incomplete": .boolean, "changes": .array(of: .named("Change")),
                ]), isWaiting: true
            ) { request in
                let after = try request.integer("after", in: 0...Int64.max)
                let news = await changes.news(
                    from: after ?? changes.next, waiting: after == nil ? .zero : Self.longestWait,
                    disconnection: request.disconnection)
                return .object([
                    "next": .integer(news.next), "is_incomplete": .bool(news.isIncomplete),
                    "changes": .array(
                        news.changes.map(\.json)),
                ])
            }
        ]
    }
}
