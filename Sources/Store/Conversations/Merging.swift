import Responder

extension Store {
    /// Makes two contacts one, because they turn out to be the same person: messages, answers, memory and addresses of
    /// `other` are those of `known` from now on.
    ///
    /// A person who has opted out under one of the two addresses, or is with a person there, gets nothing that waits
    /// under the other one.
    func merge(
        _ other: KnownContact, into known: KnownContact, account: String, at now: Timestamp, _ db: Connection
    ) throws -> KnownContact {
        try db.lock(.conversations([known.id, other.id]))
        var (one, two) = (known, other)
        var merged = one
        merged.conversation.merge(two.conversation)
        // What the person has said last counts, not what was said under one of the addresses.
        if let silence = merged.conversation.silence(at: now) {
            if one.conversation.silence(at: now) != silence {
                one.withdrawals = try withdraw(one.id, account: account, for: silence, db)
            }
            if two.conversation.silence(at: now) != silence {
                two.withdrawals = try withdraw(two.id, account: account, for: silence, db)
            }
        }
        merged.withdrawals = max(one.withdrawals, two.withdrawals)
        // Entries that are not withdrawn must not become so.
        for part in [one, two] where part.withdrawals < merged.withdrawals {
            try db.run(
                "UPDATE outbox SET withdrawals = ? WHERE conversation = ? AND withdrawals = ?",
                merged.withdrawals, part.id, part.withdrawals)
        }
        for table in ["message", "outbox", "operator_action"] {
            try db.run("UPDATE \(table) SET conversation = ? WHERE conversation = ?", one.id, two.id)
        }
        try db.run(
            "UPDATE foreign_update SET conversation = ? WHERE conversation = ? AND is_waiting = 1", one.id, two.id)
        try db.run("UPDATE former_address SET contact = ? WHERE contact = ?", one.id, two.id)
        if let number = two.contact.number { try addFormer(number, .number, to: one.id, account: account, db) }
        let (window, memory) = (merged.conversation.window, merged.conversation.memory)
        try db.run(
            """
            UPDATE conversation SET last_message_at = ?, window_end = ?, window_corrected_at = ?, paused_until = ?,
              memory = ?, withdrawals = ?,
              fallback_at = (SELECT max(fallback_at) FROM conversation WHERE id IN (?, ?)) WHERE id = ?
            """,
            window.lastMessageAt, window.end, window.correctedAt, merged.conversation.pausedUntil, memory.json,
            merged.withdrawals, one.id, two.id, one.id)
        try db.run("DELETE FROM conversation WHERE id = ?", two.id)
        // The row stays, empty, so that its number never becomes that of somebody else.
        try db.run(
            "UPDATE contact SET provider_id = NULL, number = NULL, name = NULL, address = ? WHERE id = ?",
            Self.forgottenAddress, two.id)
        for kind in Outgoing.Lane.allCases {
            for conversation in [one.id, two.id] {
                try noteLane(Lane(conversation: conversation, kind: kind), account: account, db)
            }
        }
        return merged
    }
}

extension Conversation {
    /// The reason for which answers that were decided earlier are withdrawn; `nil` if there is none.
    fileprivate func silence(at now: Timestamp) -> EntryReason? {
        if memory.isOptedOut { return .optedOut }
        switch pause(at: now) {
        case .person, .rule: return .paused
        case .loopGuard, nil: return nil
        }
    }
}
