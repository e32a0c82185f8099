import HTTPTypes
import JSONText
import Responder
import Store

extension AdminAPI {
    var messageRoutes: [APIRoute] {
        [
            APIRoute(
                method: .get, path: "/api/messages/{message}/why", id: "explainMessage",
                summary: "Why a message was decided as it was, and what the rules in use say to it",
                description: """
                    `decision` is what was decided then, word for word. `present` is worked out now: the rules in use \
                    (`is_same_revision` says whether they are those that decided) on the message's own clock, with the \
                    conversation as it stands now but for answers given since, and paused or opted out where it was so \
                    then. Tags and state of the time are not kept, so where rules ask for them the two may differ.
                    """,
                parameters: [.path("message", .int64(in: 1...Int64.max), "Its number")],
                answer: .object([
                    "decision": .named("Decision").orNull, "present": .named("Trial"), "is_same_revision": .boolean,
                ]),
                failures: [.notFound], run: explainMessage)
        ]
    }

    @Sendable private func explainMessage(_ request: APIRequest) async throws -> JSON {
        let id = try request.number("message")
        guard let known = try await store.message(id), let listed = try await store.conversation(known.conversation)
        else { throw APIError(.notFound, "there is no message \(id)") }
        let ruleSet = rules.ruleSet
        let decidedAt = known.decision?.decidedAt ?? clock.now()
        var conversation = listed.conversation
        conversation.memory.forgetAnswers(from: decidedAt)
        conversation.memory.lastMessageAt = try await store.previousMessageTime(of: known)
        // Which text came before is not kept. Unless the guard stepped in for it then, it was no echo.
        if known.decision?.reason != .known(.loop) {
            conversation.memory.lastText = nil
            conversation.memory.echoes = 0
        }
        // The reason tells whether the conversation was paused, or its contact had opted out, at the time.
        if let reason = known.decision?.reason {
            let decided = conversation.memory.pause.map(\.until).flatMap { decidedAt < $0 ? $0 : nil }
            let isPaused = reason == .known(.paused)
            conversation.pausedUntil = isPaused ? decided ?? decidedAt + .seconds(1) : nil
            conversation.memory.isOptedOut = reason == .known(.optedOut)
        }
        conversation.quotedRule = try await store.ruleQuoted(by: known.message)
        conversation.window = Window()
        conversation.receive(known.message, at: clock.now())
        let present = Trial(
            known.message, in: conversation, by: ruleSet, policy: configuration.policy, at: decidedAt, why: true)
        return .object([
            "decision": known.decision?.json ?? .null, "present": present.json,
            "is_same_revision": .bool(known.decision?.revision == ruleSet.revision),
        ])
    }
}

extension Memory {
    /// Forgets the answers that were given at `moment` or later.
    fileprivate mutating func forgetAnswers(from moment: Timestamp) {
        answers = answers.mapValues { $0.filter { $0 < moment } }
        recentAnswers = recentAnswers.filter { $0 < moment }
    }
}
