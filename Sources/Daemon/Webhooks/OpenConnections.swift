import Synchronization

/// What open connections hold in memory, and which of them has to give way where that is too much: the one that has kept
/// us waiting longest. Requests that have come as a whole are never given up.
final class OpenConnections: Sendable {
    /// Names a connection.
    typealias Ticket = Int

    /// What a connection takes by itself, in bytes: buffers, parser, task.
    static let connectionCost = 32 << 10
    /// A body is there several times over while it is read and stored: as it came, collected, as text and as an event.
    static let copies = 4

    private struct Connection {
        /// When it began to keep us waiting, as a number in order.
        var turn: Int
        var bytes = 0
        var isWaitedFor = true
        let giveWay: @Sendable () -> Void

        var cost: Int { OpenConnections.connectionCost + OpenConnections.copies * bytes }
    }

    private struct State {
        var connections: [Ticket: Connection] = [:]
        var cost = 0
        var turns = 0
    }

    private let costLimit: Int
    private let countLimit: Int
    private let state = Mutex(State())

    /// Allows connections to take so many bytes all together, and to be so many.
    init(costLimit: Int, countLimit: Int) {
        self.costLimit = costLimit
        self.countLimit = countLimit
    }

    /// Takes a connection; `giveWay` is called, from anywhere, where it has to go.
    func open(giveWay: @escaping @Sendable () -> Void) -> Ticket {
        let (ticket, victims) = state.withLock { state -> (Ticket, [Connection]) in
            state.turns += 1
            let ticket = state.turns
            state.connections[ticket] = Connection(turn: ticket, giveWay: giveWay)
            state.cost += Self.connectionCost
            return (ticket, takeVictims(from: &state))
        }
        victims.forEach { $0.giveWay() }
        return ticket
    }

    /// Something is awaited from now on: a request, or the rest of one; what the one before took is free again.
    func waits(_ ticket: Ticket) {
        state.withLock { state in
            guard var connection = state.connections[ticket] else { return }
            state.turns += 1
            state.cost -= connection.cost
            connection.turn = state.turns
            connection.bytes = 0
            connection.isWaitedFor = true
            state.cost += connection.cost
            state.connections[ticket] = connection
        }
    }

    /// Bytes of a body have come. False where the connection has to go: there is no room for them.
    func holds(_ ticket: Ticket, bytes: Int) -> Bool {
        let (fits, victims) = state.withLock { state -> (Bool, [Connection]) in
            guard state.connections[ticket] != nil else { return (false, []) }
            state.connections[ticket]?.bytes += bytes
            state.cost += Self.copies * bytes
            let victims = takeVictims(from: &state)
            return (state.connections[ticket] != nil && state.cost <= costLimit, victims)
        }
        victims.forEach { $0.giveWay() }
        return fits
    }

    /// The request has come as a whole. False where the connection has to go.
    func isWhole(_ ticket: Ticket) -> Bool {
        state.withLock { state in
            state.connections[ticket]?.isWaitedFor = false
            return state.connections[ticket] != nil
        }
    }

    /// The connection is gone.
    func close(_ ticket: Ticket) {
        state.withLock { state in
            if let connection = state.connections.removeValue(forKey: ticket) { state.cost -= connection.cost }
        }
    }

    /// Takes out those that have to go.
    private func takeVictims(from state: inout State) -> [Connection] {
        var victims: [Connection] = []
        while state.cost > costLimit || state.connections.count > countLimit {
            let oldest = state.connections.lazy.filter(\.value.isWaitedFor).min { $0.value.turn < $1.value.turn }
            guard let oldest else { break }
            state.cost -= oldest.value.cost
            state.connections.removeValue(forKey: oldest.key)
            victims.append(oldest.value)
        }
        return victims
    }
}
