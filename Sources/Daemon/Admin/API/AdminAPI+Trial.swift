import HTTPTypes
import JSONText
import Responder
import Store

extension AdminAPI {
    var trialRoutes: [APIRoute] {
        [
            APIRoute(
                method: .post, path: "/api/try", id: "tryMessage",
                summary: "What the rules in use would answer to a message, and why",
                description: """
                    Decides exactly as the daemon does, and does nothing. Of a conversation its account, contact, window, \
                    state, cooldowns and pause count; without one it is a contact who writes for the first time.
                    """,
                body: .object(
                    [
                        "text": .text.describing(
                            "What the contact writes; of a type without text the caption, if there is one"),
                        "type": .text(among: MessageType.names),
                        "at": .text.describing(
                            "When: 2026-11-21 22:30, by the clock of the rules' hours; now, where nothing is said"),
                        "window": .text(among: ["open", "expired"]), "from": .text.describing("The contact's number"),
                        "account": accountNumbers.describing("The account that is written to"),
                        "conversation": .int64(in: 1...Int64.max).describing("As this conversation stands now"),
                    ], optional: ["text", "type", "at", "window", "from", "account", "conversation"]),
                answer: .named("Trial"), failures: [.notFound], run: tryMessage)
        ]
    }

    @Sendable private func tryMessage(_ request: APIRequest) async throws -> JSON {
        let text = try request.text("text") ?? ""
        let ruleSet = rules.ruleSet
        let account = try known(account: request.text("account")) ?? configuration.accounts.first?.number
        var draft = Trial.Draft(text: text, contact: .invented(number: try request.text("from"), at: account ?? ""))
        if let account { draft.account = account }
        if let id = try request.bodyNumber("conversation") {
            guard let known = try await store.conversation(id) else { throw Self.noConversation(id) }
            draft.contact = known.contact
            draft.account = known.account
            draft.conversation = known.conversation
            draft.isWindowOpen = nil
        }
        if let type = try request.text("type") {
            draft.type = MessageType(rawValue: type)
            guard MessageType.names.contains(type) else {
                let names = MessageType.names.joined(separator: ", ")
                throw APIError(.badRequest, "'type' in the body is one of: \(names)")
            }
        }
        if text.isEmpty, draft.type == .text {
            throw APIError(.badRequest, "'text' in the body is missing: a message of type text has one")
        }
        switch try request.text("window") {
        case nil: break
        case "open": draft.isWindowOpen = true
        case "expired": draft.isWindowOpen = false
        default: throw APIError(.badRequest, "'window' in the body is one of: open, expired")
        }
        var now = clock.now()
        if let at = try request.text("at") {
            guard let moment = Timestamp(parsing: at, in: ruleSet.zone ?? .utc) else {
                throw APIError(.badRequest, "'at' in the body is a time like 2026-11-21 22:30")
            }
            now = moment
        }
        return Trial(draft, by: ruleSet, policy: configuration.policy, at: now, why: true).json
    }
}
