import Responder

extension Store {
    /// Gives a contact other addresses: the conversation, its opt-out and its memory stay the contact's.
    ///
    /// A conversation that was begun under the new addresses before the news came is the same person's.
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
        guard var known = try rows(of: move.former, account: account, db).first else { return }
        // Old news that comes again: whoever has written from there since is somebody else.
        if let last = known.conversation.memory.lastMessageAt, last > move.movedAt { return }
        let latest = try rows(of: move.latest, account: account, db)
        let given = [move.latest.id, move.latest.number].compactMap(\.self).count
        // The contact has these addresses, or has had them and moved on since: old news changes nothing.
        if latest.count == given, latest.allSatisfy({ $0.id == known.id }) { return }
        for other in latest where other.id != known.id {
            guard let row = try self.known(other.contact, account: account, db), row.id != known.id else { continue }
            known = try merge(row, into: known, account: account, at: now, db)
        }
        // A number that the contact has left may be somebody else's tomorrow: nothing is sent to it any more.
        var next = move.latest
        next.id = next.id ?? known.contact.id
        next.name = known.contact.name
        _ = try readdress(known, next, account: account, at: move.movedAt, db)
    }

    /// Returns the contacts that are known by each address of a contact.
    private func rows(of contact: Contact, account: String, _ db: Connection) throws -> [KnownContact] {
        let byID = try contact.id.flatMap { try known(by: $0, .id, account: account, db) }
        let byNumber = try contact.number.flatMap { try known(by: $0, .number, account: account, db) }
        return [byID, byNumber].compactMap(\.self)
    }

    private func known(_ contact: Contact, account: String, _ db: Connection) throws -> KnownContact? {
        try rows(of: contact, account: account, db).first
    }
}
