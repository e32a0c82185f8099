import Responder

extension Store {
    /// Gives a contact other addresses: the conversation, its opt-out and its memory stay the contact's.
    ///
    /// A conversation that was begun under the new addresses before the news came is the same person's; one of before the
    /// change is that of somebody who had the number then. News comes in any order, and of contacts who never wrote.
    func moving(_ move: ContactMove, account: String, payload: String, at now: Timestamp) -> IntakeStep {
        IntakeStep(
            subject: .several([.contact(move.former, account: account), .contact(move.latest, account: account)])
        ) {
            db in
            let hook = try Self.insertHook("move", payload: payload, account: account, at: now, db)
            try self.move(move, account: account, at: now, db)
            return .init(IntakeResult(kind: .noted)) { try $0.exists(Self.storedHook, hook, now) }
        }
    }

    private func move(_ move: ContactMove, account: String, at now: Timestamp, _ db: Connection) throws {
        var known = try holders(of: move.former, at: move.movedAt, account: account, db).first
        if let known, try isOld(move, for: known, account: account, db) { return }
        // Without the id beside the new number, nobody knows it: a new number has a new one.
        var next = move.latest
        for other in try holders(of: move.latest, at: move.movedAt, account: account, db) where other.id != known?.id {
            guard try isSame(other, move, account: account, db) else {
                try take(move.latest.number, from: other, account: account, db)
                continue
            }
            let isThere =
                move.latest.id.map { $0 == other.contact.id } ?? false
                || move.latest.number.map { $0 == other.contact.number } ?? false
            // The contact may have gone on to other addresses: news comes in any order.
            if isThere {
                next.id = other.contact.id ?? next.id
                if next.number == nil { (next.number, next.address) = (other.contact.number, other.contact.address) }
            } else {
                next = other.contact
            }
            known = try known.map { try merge(other, into: $0, account: account, at: now, db) } ?? other
        }
        next.name = known?.contact.name
        guard let known else {
            // Messages from the old addresses may come yet, and news of before and after this.
            let newcomer = try insert(next, account: account, at: now, db)
            try db.run("INSERT INTO conversation (id) VALUES (?) ON CONFLICT DO NOTHING", newcomer.id)
            return try leave(move.former, newcomer.id, at: move.movedAt, account: account, db)
        }
        if next != known.contact {
            _ = try readdress(known, next, account: account, at: move.movedAt, db)
        }
        var left = move.former
        if left.id == next.id { left.id = nil }
        if left.number == next.number { left.number = nil }
        try leave(left, known.id, at: move.movedAt, account: account, db)
    }

    /// Whether a contact has moved on since, has these addresses already, or cannot have moved then.
    private func isOld(
        _ move: ContactMove, for known: KnownContact, account: String, _ db: Connection
    ) throws -> Bool {
        // Whoever has written from there since is somebody else.
        if let last = known.conversation.memory.lastMessageAt, last > move.movedAt { return true }
        let (contact, latest) = (known.contact, move.latest)
        if latest.id ?? contact.id == contact.id, latest.number ?? contact.number == contact.number { return true }
        return try db.exists(Self.leftLater, account, known.id, latest.id, latest.number, move.movedAt)
    }

    /// Whether the contact who has the new addresses is the one who has moved there: whoever has the same id is, and
    /// whoever was not known before the change. Who has written from the number earlier has had it before.
    private func isSame(
        _ other: KnownContact, _ move: ContactMove, account: String, _ db: Connection
    ) throws -> Bool {
        if let id = move.latest.id {
            if try known(by: id, .id, account: account, db)?.id == other.id { return true }
            if other.contact.id != nil { return false }
        }
        return try db.exists(Self.unknownBefore, other.id, move.movedAt)
    }

    static let unknownBefore = "SELECT 1 FROM contact WHERE id = ? AND created_at >= ?"

    /// Keeps the addresses that a contact has left, as long as they are nobody else's.
    private func leave(
        _ former: Contact, _ contact: Int64, at movedAt: Timestamp, account: String, _ db: Connection
    ) throws {
        for (kind, value) in [(AddressKind.id, former.id), (.number, former.number)] {
            guard let value, try known(by: value, kind, account: account, db) == nil else { continue }
            try addFormer(value, kind, to: contact, account: account, until: movedAt, db)
        }
    }

    /// Returns the contacts who had each address of a contact at a moment.
    private func holders(
        of contact: Contact, at moment: Timestamp, account: String, _ db: Connection
    ) throws -> [KnownContact] {
        let kinds = [(AddressKind.id, contact.id), (.number, contact.number)]
        return try kinds.reduce(into: []) { found, address in
            guard let value = address.1,
                let holder = try self.known(by: value, address.0, account: account, sentAt: moment, db),
                !found.contains(where: { $0.id == holder.id })
            else { return }
            found.append(holder)
        }
    }
}
