import Responder

extension Message {
    /// The columns that ``init(_:)`` reads from a message `m` and its contact `c`.
    static let columns = """
        m.account, m.unique_id, c.provider_id, c.number, m.address, m.name, m.type, m.body, m.caption, m.quoted, m.timestamp,
          m.choice
        """

    /// Reads ``columns``, which come first.
    init(_ row: Columns) {
        self.init(
            account: row.text(0), unique: row.text(1),
            contact: Contact(
                id: row.textOrNil(2), number: row.textOrNil(3), address: row.text(4), name: row.textOrNil(5)),
            type: MessageType(rawValue: row.text(6)), body: row.text(7), caption: row.textOrNil(8),
            quoted: row.textOrNil(9), choice: row.textOrNil(11), timestamp: row.time(10))
    }
}
