import HTTPTypes
import JSONText
import Responder
import Store

extension AdminAPI {
    private static let number = APIParameter.path("entry", .int64(in: 1...Int64.max), "Its number")
    private static let states = ["attention", "all"] + EntryState.allCases.map(\.rawValue)

    var outboxRoutes: [APIRoute] {
        [
            APIRoute(
                method: .get, path: "/api/outbox", id: "listEntries", summary: "Outbox entries, the latest first",
                description: Self.pages,
                parameters: [
                    .query(
                        "state", .text(among: Self.states),
                        "Those of one state, or all; where nothing is said those that need a look: held, of stopped accounts, given up within a week, posts that have not been taken for an hour"
                    ),
                    accountFilter, Self.before("`next` of the page before"), Self.limit,
                ],
                answer: .object(["entries": .array(of: .named("Entry")), "next": .int64.orNull]), run: listEntries),
            APIRoute(
                method: .get, path: "/api/outbox/{entry}", id: "showEntry", summary: "An entry with its attempts",
                parameters: [Self.number], answer: .named("Entry"), failures: [.notFound]
            ) { request in
                try await entry(request).json(at: clock.now())
            },
            APIRoute(
                method: .post, path: "/api/outbox/{entry}/release", id: "releaseEntry",
                summary: "Send an entry after all: held, failed or dropped, or waiting for a stopped account",
                description: """
                    Look into the conversation first: a held one may have arrived. A stopped account is tried at once. \
                    `release_refused` of an entry says beforehand whether it can be released.
                    """,
                parameters: [Self.number], answer: .named("Entry"), failures: [.notFound, .conflict], run: release),
            APIRoute(
                method: .post, path: "/api/outbox/{entry}/drop", id: "dropEntry",
                summary: "Give an entry up: held, waiting or failed", parameters: [Self.number],
                answer: .named("Entry"), failures: [.notFound, .conflict], run: drop),
        ]
    }

    @Sendable private func listEntries(_ request: APIRequest) async throws -> JSON {
        let state = try request.word("state", of: Self.states)
        let filter: EntryFilter =
            switch state {
            case nil, "attention": .needingAttention(at: clock.now())
            case let state?: EntryState(rawValue: state).map(EntryFilter.state) ?? .all
            }
        let limit = try Self.limit(request)
        let now = clock.now()
        let budget = PageBudget()
        let page = try await store.entryPage(
            filter, account: try account(request), before: try request.integer("before", in: 1...Int64.max) ?? .max,
            limit: limit
        ) { budget.takes($0.json(at: now)) }
        return .object([
            "entries": .array(page.entries.map { $0.json(at: now) }), "next": .count(page.next),
        ])
    }

    @Sendable private func release(_ request: APIRequest) async throws -> JSON {
        let known = try await entry(request)
        switch try await store.release(known.id, at: clock.now()) {
        case .released: break
        case .refused(let refusal): throw APIError(.conflict, refusal.sentence(for: known.id))
        case .noSuchEntry: throw Self.noSuchEntry(known.id)
        }
        return try await changed(request, known, .released)
    }

    @Sendable private func drop(_ request: APIRequest) async throws -> JSON {
        let known = try await entry(request)
        guard try await store.drop(known.id) else {
            throw APIError(
                .conflict, "entry \(known.id) is \(known.state); only held, waiting and failed ones can be dropped")
        }
        return try await changed(request, known, .dropped)
    }

    private func changed(_ request: APIRequest, _ known: ListedEntry, _ kind: OperatorAction.Kind) async throws -> JSON
    {
        var action = OperatorAction(kind, by: request.channel)
        action.account = known.account
        action.conversation = known.conversation
        action.contact = known.contact
        action.entry = known.id
        observe(.operatorAction(action))
        return try await entry(request).json(at: clock.now())
    }

    private func entry(_ request: APIRequest) async throws -> ListedEntry {
        let id = try request.number("entry")
        guard let entry = try await store.entries(.id(id)).first else {
            throw Self.noSuchEntry(id)
        }
        return entry
    }

    private static func noSuchEntry(_ id: Int64) -> APIError {
        APIError(.notFound, "there is no entry \(id); /api/outbox lists those there are")
    }
}
