import Synchronization

/// Counts what open connections hold in memory, and lets the one that has kept us waiting longest give way if that is too
/// much. A request that has come as a whole is never given up.
final class OpenConnections: Sendable {
    /// The number of a connection.
    typealias Ticket = Int

    /// What a connection takes by itself, in bytes: buffers, parser, task.
    static let connectionCost = 32 << 10
    /// The copies of a body while it is read and stored: as it came, collected, as text and as an event.
    static let copies = 4

    private struct Connection {
        /// Its place in the order in which connections began to keep us waiting.
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

    /// - Parameters:
    ///   - costLimit: What all connections together may take, in bytes.
    ///   - countLimit: How many there may be.
    init(costLimit: Int, countLimit: Int) {
        self.costLimit = costLimit
        self.countLimit = countLimit
    }

    /// Counts a connection in; `giveWay` is called, on any thread, when it has to go.
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

    /// Waits from now on for a request; what the one before took is free again.
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

    /// Counts bytes of a body that have come. False if there is no room for them: the connection has to go.
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

    /// Keeps the connection from giving way, for its request is whole. False if it has to go already.
    func isWhole(_ ticket: Ticket) -> Bool {
        state.withLock { state in
            state.connections[ticket]?.isWaitedFor = false
            return state.connections[ticket] != nil
        }
    }

    /// Forgets a connection that has ended.
    func close(_ ticket: Ticket) {
        state.withLock { state in
            if let connection = state.connections.removeValue(forKey: ticket) { state.cost -= connection.cost }
        }
    }

    /// Takes out the connections that have to go.
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
