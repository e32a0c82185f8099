import HTTPTypes
import JSONText
import Providers
import Responder
import Store

extension AdminAPI {
    /// The length of a pause if the request names none.
    private static let usualPause = Duration.hours(24)
    private static let number = APIParameter.path("conversation", .int64(in: 1...Int64.max), "Its number")

    var conversationRoutes: [APIRoute] {
        [
            APIRoute(
                method: .get, path: "/api/conversations", id: "listConversations",
                summary: "Conversations, those written in last first",
                description: """
                    Those of whose messages none is kept come at the end. A search looks at all contacts. \
                    \(Self.pages)
                    """,
                parameters: [
                    .query("search", .text, "Part of a number, name or id"),
                    .query(
                        "state", .text(among: ["paused", "opted-out"]),
                        "Only those in which the bot is quiet, or whose contacts want nothing of it"), accountFilter,
                    .query("before", .text, "`next` of the page before, as it is"), Self.limit,
                ],
                answer: .object(["conversations": .array(of: .named("Conversation")), "next": .text.orNull]),
                run: list),
            APIRoute(
                method: .get, path: "/api/conversations/{conversation}", id: "showConversation",
                summary: "A conversation and its messages with what came of them, the latest first",
                description: Self.pages,
                parameters: [Self.number, Self.before("`next` of the page before"), Self.limit],
                answer: .object([
                    "conversation": .named("Conversation"), "messages": .array(of: .named("Message")),
                    "next": .int64.orNull,
                ]),
                failures: [.notFound], run: show),
            APIRoute(
                method: .post, path: "/api/conversations/{conversation}/pause", id: "pauseConversation",
                summary: "Quiet the bot here, for a person answers",
                description: "Contacts can still opt out. Answers that still wait are dropped.",
                parameters: [Self.number],
                body: .object(
                    [
                        "for": .text(like: "^([0-9]{1,9}(ms|s|m|h|d))+$").describing(
                            "For how long, like 30m, 12h or 7d; 24h where nothing is said")
                    ],
                    optional: ["for"]),
                isBodyOptional: true, answer: .named("Conversation"), failures: [.notFound], run: pause),
            APIRoute(
                method: .post, path: "/api/conversations/{conversation}/resume", id: "resumeConversation",
                summary: "Let the bot answer here again", parameters: [Self.number], answer: .named("Conversation"),
                failures: [.notFound]
            ) { request in
                try await change(request, .resumed) { try await store.pause($0, until: nil) }
            },
            APIRoute(
                method: .post, path: "/api/conversations/{conversation}/opt-out", id: "optOut",
                summary: "Never write to this contact again",
                description: "What still waits for the contact is dropped.",
                parameters: [Self.number], answer: .named("Conversation"), failures: [.notFound]
            ) { request in
                try await change(request, .optedOut) { try await store.optOut($0, true, at: clock.now()) }
            },
            APIRoute(
                method: .post, path: "/api/conversations/{conversation}/opt-in", id: "optIn",
                summary: "Write to this contact again, who has asked for it", parameters: [Self.number],
                answer: .named("Conversation"), failures: [.notFound]
            ) { request in
                try await change(request, .optedIn) { try await store.optOut($0, false, at: clock.now()) }
            },
        ]
    }

    @Sendable private func list(_ request: APIRequest) async throws -> JSON {
        var filter = ConversationFilter(account: try account(request))
        filter.search = request.query["search"].flatMap(Self.searched)
        let state = try request.word("state", of: ["paused", "opted-out"])
        if state == "paused" { filter.pausedAt = clock.now() }
        filter.isOptedOut = state == "opted-out"
        let after = try request.query["before"].map { text in
            guard let place = ConversationCursor(text) else {
                throw APIError(.badRequest, "'before' in the query is `next` of the page before, as it is")
            }
            return place
        }
        let now = clock.now()
        let budget = PageBudget()
        let page = try await store.conversations(filter, after: after, limit: Self.limit(request)) {
            budget.takes($0.json(at: now))
        }
        return .object([
            "conversations": .array(page.conversations.map { $0.json(at: now) }),
            "next": .text(page.next?.description),
        ])
    }

    private static func searched(_ text: String) -> String? {
        text.isEmpty ? nil : WrittenNumber(text)?.digits ?? text
    }

    @Sendable private func show(_ request: APIRequest) async throws -> JSON {
        let known = try await conversation(request)
        let limit = try Self.limit(request)
        let before = try request.integer("before", in: 1...Int64.max) ?? .max
        let now = clock.now()
        let budget = PageBudget()
        let page = try await store.messages(of: known.id, before: before, limit: limit) {
            budget.takes($0.json(at: now))
        }
        return .object([
            "conversation": known.json(at: now), "messages": .array(page.messages.map { $0.json(at: now) }),
            "next": .count(page.next),
        ])
    }

    @Sendable private func pause(_ request: APIRequest) async throws -> JSON {
        var length = Self.usualPause
        if let text = try request.text("for") {
            guard let given = Duration(parsing: text), given > .zero else {
                throw APIError(.badRequest, "'for' is a time like 30m, 12h or 7d")
            }
            length = given
        }
        let end = clock.now() + length
        return try await change(request, .paused, until: end) { try await store.pause($0, until: end) }
    }

    private func change(
        _ request: APIRequest, _ kind: OperatorAction.Kind, until end: Timestamp? = nil,
        _ change: (Int64) async throws -> Bool
    ) async throws -> JSON {
        let id = try request.number("conversation")
        guard try await change(id) else { throw Self.noConversation(id) }
        let known = try await conversation(request)
        var action = OperatorAction(kind, by: request.channel)
        action.account = known.account
        action.conversation = id
        action.contact = known.contact.address
        action.end = end
        observe(.operatorAction(action))
        return known.json(at: clock.now())
    }

    private func conversation(_ request: APIRequest) async throws -> ListedConversation {
        let id = try request.number("conversation")
        guard let known = try await store.conversation(id) else { throw Self.noConversation(id) }
        return known
    }

    static func noConversation(_ id: Int64) -> APIError {
        APIError(.notFound, "there is no conversation \(id); /api/conversations lists those there are")
    }
}
