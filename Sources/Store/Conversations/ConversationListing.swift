import Foundation
import GRDB
public import Responder

/// A filter for the conversations that are listed.
public struct ConversationFilter: Sendable {
    /// The account whose conversations are listed; `nil` for all accounts.
    public var account: String?
    /// A part of the contact's number, id or name; `nil` for all contacts.
    public var search: String?
    /// A moment at which the bot must be quiet in a listed conversation; `nil` for all conversations.
    public var pausedAt: Timestamp?
    /// Whether only conversations of contacts who have opted out are listed.
    public var isOptedOut: Bool

    /// Creates a filter; without arguments, all conversations are listed.
    public init(
        account: String? = nil, search: String? = nil, pausedAt: Timestamp? = nil, isOptedOut: Bool = false
    ) {
        self.isOptedOut = isOptedOut
        self.account = account
        self.search = search
        self.pausedAt = pausedAt
    }
}

extension ListedConversation {
    fileprivate var place: ConversationCursor { ConversationCursor(latest: latest?.id ?? 0, conversation: id) }
}

extension Store {
    /// The number of messages, or of contacts without any, that are examined for one page of conversations: few
    /// contacts may have written all the messages.
    static let lookedAt: Int64 = 20_000

    /// Lists conversations, the latest message first; conversations without a stored message come at the end.
    ///
    /// - Parameters:
    ///   - filter: The conversations to list.
    ///   - after: The end of the previous page; `nil` for the first page.
    ///   - limit: The largest number of conversations. There may be fewer, even if another page follows.
    ///   - fits: Whether the page budget allows another conversation; called for each one but the first.
    /// - Returns: The conversations and the end of the page; the end is `nil` if there is no other page.
    /// - Throws: ``StoreError`` if the database can't be read.
    public func conversations(
        _ filter: ConversationFilter, after: ConversationCursor? = nil, limit: Int,
        fits: @escaping @Sendable (ListedConversation) -> Bool = { _ in true }
    ) async throws(StoreError) -> (conversations: [ListedConversation], next: ConversationCursor?) {
        try await read { db in
            var page = Page(limit: limit, fits: fits)
            if filter.search != nil || filter.pausedAt != nil || filter.isOptedOut {
                try self.addFound(filter, after: after ?? .start, to: &page, db)
            } else {
                try self.addNewest(filter, after: after ?? .start, to: &page, db)
            }
            return (page.conversations, page.next)
        }
    }

    private struct Page {
        let limit: Int
        let fits: @Sendable (ListedConversation) -> Bool
        var conversations: [ListedConversation] = []
        var next: ConversationCursor?

        var left: Int { limit - conversations.count }

        /// Adds a conversation; returns false if the page is full.
        mutating func take(_ conversation: ListedConversation) -> Bool {
            guard left > 0, conversations.isEmpty || fits(conversation) else {
                next = conversations.last?.place
                return false
            }
            conversations.append(conversation)
            return true
        }
    }

    private func addFound(
        _ filter: ConversationFilter, after: ConversationCursor, to page: inout Page, _ db: Database
    ) throws {
        let rows = try Row.fetchAll(
            db.cachedStatement(sql: Self.searchedConversations),
            arguments: [
                "latest": after.latest, "id": after.conversation, "account": filter.account, "limit": page.left + 1,
                "pattern": filter.search.map(Self.pattern), "paused": filter.pausedAt,
                "out": filter.isOptedOut,
            ])
        for row in rows { guard page.take(try listed(row, db)) else { return } }
    }

    private func addNewest(
        _ filter: ConversationFilter, after: ConversationCursor, to page: inout Page, _ db: Database
    ) throws {
        var without = after
        if after.latest > 0 {
            let oldest = try Int64.fetchOne(db, sql: "SELECT min(id) FROM message") ?? .max
            let newest = try Int64.fetchOne(db, sql: "SELECT max(id) FROM message") ?? 0
            let top = min(after.latest, newest == .max ? newest : newest + 1)
            let bottom = max(top - min(top, Self.lookedAt), 1)
            let rows = try Row.fetchAll(
                db.cachedStatement(sql: Self.newestConversations),
                arguments: ["top": top, "bottom": bottom, "account": filter.account, "limit": page.left + 1])
            for row in rows { guard page.take(try listed(row, db)) else { return } }
            guard bottom <= oldest else {
                page.next = ConversationCursor(latest: bottom, conversation: 0)
                return
            }
            without = ConversationCursor(latest: 0, conversation: .max)
        }
        let last = try Int64.fetchOne(db, sql: "SELECT max(id) FROM contact") ?? 0
        let top = min(without.conversation, last == .max ? last : last + 1)
        let bottom = top - min(top, Self.lookedAt)
        let rows = try Row.fetchAll(
            db.cachedStatement(sql: Self.conversationsWithoutMessages),
            arguments: ["top": top, "bottom": bottom, "account": filter.account, "limit": page.left + 1])
        for row in rows { guard page.take(try listed(row, db)) else { return } }
        if bottom > 0 { page.next = ConversationCursor(latest: 0, conversation: bottom) }
    }

    private func listed(_ row: Row, _ db: Database) throws -> ListedConversation {
        let known = try loadConversation(row["conversation"], db)
        return ListedConversation(
            id: row["conversation"], account: row["account"],
            contact: Contact(id: row["provider_id"], number: row["number"], address: row["address"], name: row["name"]),
            conversation: known, latest: try Self.message(row["latest"], db))
    }

    private static let contactColumns =
        "c.id AS conversation, c.account, c.provider_id, c.number, c.address, c.name"
    /// The condition that leaves out the empty rows of contacts that are no more.
    private static let isSomebody =
        "(c.number IS NOT NULL OR c.provider_id IS NOT NULL OR c.address <> '\(forgottenAddress)')"

    static let newestConversations = """
        SELECT m.id AS latest, \(contactColumns)
        FROM message m CROSS JOIN contact c ON c.id = m.conversation
        WHERE m.id < :top AND m.id >= :bottom AND (:account IS NULL OR m.account = :account) AND \(isSomebody)
          AND NOT EXISTS (SELECT 1 FROM message n WHERE n.conversation = m.conversation AND n.id > m.id)
        ORDER BY m.id DESC LIMIT :limit
        """

    static let conversationsWithoutMessages = """
        SELECT 0 AS latest, \(contactColumns) FROM contact c
        WHERE c.id < :top AND c.id >= :bottom AND (:account IS NULL OR c.account = :account) AND \(isSomebody)
          AND NOT EXISTS (SELECT 1 FROM message n WHERE n.conversation = c.id)
        ORDER BY c.id DESC LIMIT :limit
        """

    /// Whether the contact of the conversation `v` has opted out. If its memory can't be read, the contact counts as
    /// opted out.
    static let isOptedOut = "iif(json_valid(v.memory), coalesce(json_extract(v.memory, '$.isOptedOut'), 0), 1)"

    /// The query examines every contact: there are far fewer contacts than messages.
    static let searchedConversations = """
        SELECT * FROM (
          SELECT coalesce((SELECT max(id) FROM message m WHERE m.conversation = c.id), 0) AS latest, \(contactColumns)
          FROM contact c JOIN conversation v ON v.id = c.id
          WHERE (:account IS NULL OR c.account = :account) AND (:paused IS NULL OR v.paused_until > :paused)
            AND (NOT :out OR \(isOptedOut))
            AND (:pattern IS NULL OR c.number LIKE :pattern ESCAPE '\\' OR c.name LIKE :pattern ESCAPE '\\'
              OR c.provider_id LIKE :pattern ESCAPE '\\') AND \(isSomebody)
        ) WHERE (latest, conversation) < (:latest, :id) ORDER BY latest DESC, conversation DESC LIMIT :limit
        """

    private static func pattern(_ search: String) -> String {
        // The pattern is escaped by scalar, because a sign with a combining mark is another `Character`. SQLite takes
        // NUL for the end.
        let escaped = search.unicodeScalars.reduce(into: String.UnicodeScalarView()) { text, scalar in
            if ["\\", "%", "_"].contains(scalar) { text.append("\\") }
            text.append(scalar == "\0" ? "\u{FFFD}" : scalar)
        }
        return "%\(String(escaped))%"
    }

    /// Returns one conversation; `nil` if there is none with that number.
    ///
    /// - Throws: ``StoreError`` if the database can't be read.
    public func conversation(_ id: Int64) async throws(StoreError) -> ListedConversation? {
        try await read { db in
            guard
                let row = try Row.fetchOne(
                    db.cachedStatement(sql: "SELECT * FROM contact WHERE id = ?"), arguments: [id])
            else { return nil }
            let latest = try Int64.fetchOne(
                db.cachedStatement(sql: "SELECT max(id) FROM message WHERE conversation = ?"), arguments: [id])
            let known = try self.loadConversation(id, db)
            return ListedConversation(
                id: id, account: row["account"],
                contact: Contact(
                    id: row["provider_id"], number: row["number"], address: row["address"], name: row["name"]),
                conversation: known, latest: try latest.flatMap { try Self.message($0, db) })
        }
    }

    /// Lists the messages of a conversation with their decisions and entries, the latest first.
    ///
    /// - Parameters:
    ///   - conversation: The number of the conversation.
    ///   - before: The number below which messages are listed.
    ///   - limit: The largest number of messages.
    ///   - fits: Whether the page budget allows another message; called for each one but the first.
    /// - Returns: The messages, and the `before` of the next page; `nil` if there is none.
    /// - Throws: ``StoreError`` if the database can't be read.
    public func messages(
        of conversation: Int64, before: Int64 = .max, limit: Int,
        fits: @escaping @Sendable (ListedMessage) -> Bool = { _ in true }
    ) async throws(StoreError) -> (messages: [ListedMessage], next: Int64?) {
        try await read { db in
            let ids = try Int64.fetchAll(
                db.cachedStatement(
                    sql: "SELECT id FROM message WHERE conversation = ? AND id < ? ORDER BY id DESC LIMIT ?"),
                arguments: [conversation, before, limit + 1])
            var messages: [ListedMessage] = []
            for id in ids {
                guard messages.count < limit else { return (messages, messages.last?.id) }
                guard var message = try Self.message(id, db) else { continue }
                message.entries = try Self.entries(answering: id, db)
                guard messages.isEmpty || fits(message) else { return (messages, messages.last?.id) }
                messages.append(message)
            }
            return (messages, nil)
        }
    }

    /// Returns one message with its decision and entries; `nil` if there is none with that number.
    ///
    /// - Throws: ``StoreError`` if the database can't be read.
    public func message(_ id: Int64) async throws(StoreError) -> ListedMessage? {
        try await read { db in
            var message = try Self.message(id, db)
            message?.entries = try Self.entries(answering: id, db)
            return message
        }
    }

    private static func entries(answering message: Int64, _ db: Database) throws -> [ListedEntry] {
        let filter = EntryFilter.message(message)
        return try Row.fetchAll(
            db.cachedStatement(sql: listedEntries(filter)),
            arguments: ["message": message, "before": Int64.max, "account": nil, "limit": 100]
        ).map { try ListedEntry(row: $0, db) }.reversed()
    }

    private static func message(_ id: Int64, _ db: Database) throws -> ListedMessage? {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT \(Message.columns), m.conversation, m.received_at, d.rule, d.outcome, d.reason, d.because, d.revision, d.decided_at
                    FROM message m JOIN contact c ON c.id = m.conversation LEFT JOIN decision d ON d.message = m.id
                    WHERE m.id = ?
                    """), arguments: [id])
        return row.map { row in
            var listed = ListedMessage(
                id: id, conversation: row["conversation"], message: Message(row: row), receivedAt: row["received_at"])
            if let outcome: String = row["outcome"] {
                listed.decision = StoredDecision(
                    rule: row["rule"], outcome: Decision.Outcome(rawValue: outcome) ?? .silent,
                    reason: .init(word: row["reason"]), because: row["because"], revision: row["revision"],
                    decidedAt: row["decided_at"])
            }
            return listed
        }
    }

    /// Returns the latest time at which the contact sent one of the messages that came before that one; `nil` if it was
    /// the first. Of many that came before, the last ones are looked at.
    ///
    /// - Throws: ``StoreError`` if the database can't be read.
    public func previousMessageTime(of message: ListedMessage) async throws(StoreError) -> Timestamp? {
        try await read { db in
            try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT type, timestamp FROM message WHERE conversation = ? AND id < ? ORDER BY id DESC LIMIT 50
                        """), arguments: [message.conversation, message.id]
            ).filter { MessageType(rawValue: $0["type"]).isMessage }.map { $0["timestamp"] as Timestamp }.max()
        }
    }

    /// Returns the rule whose answer the message quotes; `nil` if it quotes none.
    ///
    /// - Throws: ``StoreError`` if the database can't be read.
    public func ruleQuoted(by message: Message) async throws(StoreError) -> String? {
        guard let quoted = message.quoted else { return nil }
        return try await read { db in try Self.rule(thatSent: quoted, account: message.account, db) }
    }
}
