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
        _ filter: ConversationFilter, after: ConversationCursor, to page: inout Page, _ db: Connection
    ) throws {
        let rows = try db.all(
            Self.searchedConversations, after.latest, after.conversation, filter.account, page.left + 1,
            filter.search.map(Self.pattern), filter.pausedAt, filter.isOptedOut, read: ContactRow.init)
        for row in rows { guard page.take(try listed(row, db)) else { return } }
    }

    private func addNewest(
        _ filter: ConversationFilter, after: ConversationCursor, to page: inout Page, _ db: Connection
    ) throws {
        var without = after
        if after.latest > 0 {
            let oldest = try db.first("SELECT min(id) FROM message") { $0.integerOrNil(0) } ?? nil
            let newest = try db.first("SELECT max(id) FROM message") { $0.integerOrNil(0) } ?? nil
            let top = min(after.latest, newest.map { $0 == .max ? $0 : $0 + 1 } ?? 1)
            let bottom = max(top - min(top, Self.lookedAt), 1)
            let rows = try db.all(
                Self.newestConversations, top, bottom, filter.account, page.left + 1, read: ContactRow.init)
            for row in rows { guard page.take(try listed(row, db)) else { return } }
            guard bottom <= oldest ?? .max else {
                page.next = ConversationCursor(latest: bottom, conversation: 0)
                return
            }
            without = ConversationCursor(latest: 0, conversation: .max)
        }
        let last = try db.first("SELECT max(id) FROM contact") { $0.integerOrNil(0) } ?? nil
        let top = min(without.conversation, last.map { $0 == .max ? $0 : $0 + 1 } ?? 1)
        let bottom = top - min(top, Self.lookedAt)
        let rows = try db.all(
            Self.conversationsWithoutMessages, top, bottom, filter.account, page.left + 1, read: ContactRow.init)
        for row in rows { guard page.take(try listed(row, db)) else { return } }
        if bottom > 0 { page.next = ConversationCursor(latest: 0, conversation: bottom) }
    }

    private func listed(_ row: ContactRow, _ db: Connection) throws -> ListedConversation {
        ListedConversation(
            id: row.id, account: row.account, contact: row.contact, conversation: try loadConversation(row.id, db),
            latest: try row.latest.flatMap { try Self.message($0, db) })
    }

    /// A contact in a list.
    private struct ContactRow {
        /// The number of the conversation.
        var id: Int64
        var account: String
        var contact: Contact
        /// The number of the latest message; 0 or `nil` if there is none.
        var latest: Int64?

        /// The columns of a contact `c`; before them comes the number of the latest message.
        static let columns = "c.id AS conversation, c.account, c.provider_id, c.number, c.address, c.name"

        init(_ row: Columns) {
            latest = row.integerOrNil(0)
            id = row.integer(1)
            account = row.text(2)
            contact = Contact(
                id: row.textOrNil(3), number: row.textOrNil(4), address: row.text(5), name: row.textOrNil(6))
        }
    }

    /// The condition that leaves out the empty rows of contacts that are no more.
    private static let isSomebody =
        "(c.number IS NOT NULL OR c.provider_id IS NOT NULL OR c.address <> '\(forgottenAddress)')"

    static let newestConversations = """
        SELECT m.id AS latest, \(ContactRow.columns)
        FROM message m \(Dialect.hint("CROSS")) JOIN contact c ON c.id = m.conversation
        WHERE m.id < ?1 AND m.id >= ?2 AND (?3 IS NULL OR m.account = ?3) AND \(isSomebody)
          AND NOT EXISTS (SELECT 1 FROM message n WHERE n.conversation = m.conversation AND n.id > m.id)
        ORDER BY m.id DESC LIMIT ?4
        """

    static let conversationsWithoutMessages = """
        SELECT 0 AS latest, \(ContactRow.columns) FROM contact c
        WHERE c.id < ?1 AND c.id >= ?2 AND (?3 IS NULL OR c.account = ?3) AND \(isSomebody)
          AND NOT EXISTS (SELECT 1 FROM message n WHERE n.conversation = c.id)
        ORDER BY c.id DESC LIMIT ?4
        """

    static let oneConversation = """
        SELECT (SELECT max(id) FROM message m WHERE m.conversation = c.id), \(ContactRow.columns)
        FROM contact c WHERE c.id = ?
        """

    /// Whether the contact of the conversation `v` has opted out, to be found among many. The words stand for nothing else
    /// in a memory: elsewhere in it, each `"` has a `\` before it, or another kind of value follows. Memory that is cut off
    /// counts as that of a contact who has opted out, as it does when it is read.
    private static let hasOptedOut = #"(v.memory LIKE '%"isOptedOut":true%' OR v.memory NOT LIKE '{%}')"#

    /// The query examines every contact: there are far fewer contacts than messages.
    static let searchedConversations = """
        SELECT found.latest, found.conversation, found.account, found.provider_id, found.number, found.address, found.name
        FROM (
          SELECT coalesce((SELECT max(id) FROM message m WHERE m.conversation = c.id), 0) AS latest,
            \(ContactRow.columns)
          FROM contact c JOIN conversation v ON v.id = c.id
          WHERE (?3 IS NULL OR c.account = ?3) AND (?6 IS NULL OR v.paused_until > ?6)
            AND (?7 = 0 OR \(hasOptedOut))
            AND (?5 IS NULL OR lower(c.number) LIKE lower(?5) ESCAPE '\\' OR lower(c.name) LIKE lower(?5) ESCAPE '\\'
              OR lower(c.provider_id) LIKE lower(?5) ESCAPE '\\') AND \(isSomebody)
        ) found WHERE (found.latest, found.conversation) < (?1, ?2)
        ORDER BY found.latest DESC, found.conversation DESC LIMIT ?4
        """

    private static func pattern(_ search: String) -> String {
        // The pattern is escaped by scalar, because a sign with a combining mark is another `Character`.
        let escaped = search.unicodeScalars.reduce(into: String.UnicodeScalarView()) { text, scalar in
            if ["\\", "%", "_"].contains(scalar) { text.append("\\") }
            text.append(scalar)
        }
        return "%\(String(escaped))%"
    }

    /// Returns one conversation; `nil` if there is none with that number.
    ///
    /// - Throws: ``StoreError`` if the database can't be read.
    public func conversation(_ id: Int64) async throws(StoreError) -> ListedConversation? {
        try await read { db in
            try db.first(Self.oneConversation, id, read: ContactRow.init).map { try self.listed($0, db) }
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
            let numbers = try db.all(Self.messagesOfConversation, conversation, before, limit + 1) { $0.integer(0) }
            let page = try NumberedPage(of: numbers, limit: limit, fits: fits) { id in
                var message = try Self.message(id, db)
                message?.entries = try self.entries(answering: id, db)
                return message
            }
            return (page.elements, page.next)
        }
    }

    /// Returns one message with its decision and entries; `nil` if there is none with that number.
    ///
    /// - Throws: ``StoreError`` if the database can't be read.
    public func message(_ id: Int64) async throws(StoreError) -> ListedMessage? {
        try await read { db in
            var message = try Self.message(id, db)
            message?.entries = try self.entries(answering: id, db)
            return message
        }
    }

    private func entries(answering message: Int64, _ db: Connection) throws -> [ListedEntry] {
        let numbers = try Self.numbers(.message(message), account: nil, before: .max, limit: 100, db)
        return try numbers.reversed().compactMap { try listedEntry($0, db) }
    }

    static let messagesOfConversation = """
        SELECT id FROM message WHERE conversation = ? AND id < ? ORDER BY id DESC LIMIT ?
        """

    private static func message(_ id: Int64, _ db: Connection) throws -> ListedMessage? {
        try db.first(listedMessage, id) { row in
            var listed = ListedMessage(
                id: id, conversation: row.integer(12), message: Message(row), receivedAt: row.time(13))
            if let outcome = row.textOrNil(15) {
                listed.decision = StoredDecision(
                    rule: row.textOrNil(14), outcome: Decision.Outcome(rawValue: outcome) ?? .silent,
                    reason: .init(word: row.text(16)), because: row.text(17), revision: row.text(18),
                    decidedAt: row.time(19))
            }
            return listed
        }
    }

    static let listedMessage = """
        SELECT \(Message.columns), m.conversation, m.received_at, d.rule, d.outcome, d.reason, d.because, d.revision,
          d.decided_at
        FROM message m JOIN contact c ON c.id = m.conversation LEFT JOIN decision d ON d.message = m.id
        WHERE m.id = ?
        """

    /// Returns the latest time at which the contact sent one of the messages that came before that one; `nil` if it was
    /// the first. Of many that came before, the last ones are looked at.
    ///
    /// - Throws: ``StoreError`` if the database can't be read.
    public func previousMessageTime(of message: ListedMessage) async throws(StoreError) -> Timestamp? {
        try await read { db in
            try db.all(Self.earlierMessages, message.conversation, message.id) { row in
                MessageType(rawValue: row.text(0)).isMessage ? row.time(1) : nil
            }.compactMap(\.self).max()
        }
    }

    static let earlierMessages = """
        SELECT type, timestamp FROM message WHERE conversation = ? AND id < ? ORDER BY id DESC LIMIT 50
        """

    /// Returns the rule whose answer the message quotes; `nil` if it quotes none.
    ///
    /// - Throws: ``StoreError`` if the database can't be read.
    public func ruleQuoted(by message: Message) async throws(StoreError) -> String? {
        guard let quoted = message.quoted else { return nil }
        return try await read { db in try Self.rule(thatSent: quoted, account: message.account, db) }
    }
}
