import NIOHTTPTypes

extension ConnectionState {
    /// Something that a connection has to do.
    enum Action: Equatable {
        /// Counts the connection in, among those that may have to give way.
        case join
        /// Counts the connection among those that keep us waiting; what its last request took in memory is free again.
        case wait
        /// Counts the connection out.
        case leave

        /// Waits for the deadline from now on, and for no other.
        case arm(Deadline)
        case disarm

        /// Asks whether there is room for this part of the request in flight. The reply is ``admitted(_:)`` or
        /// ``giveWay()``; nothing is asked any more once requests are not taken.
        case admit(HTTPRequestPart)
        /// Tells a client that waits for it to send its body (RFC 9110, 10.1.1).
        case invite
        /// Gives a part to the responder.
        case pass(HTTPRequestPart)
        /// Tells the responder that it has all parts there are for now.
        case passReadComplete
        /// Tells the responder that the client sends nothing more.
        case passInputClosed
        /// Tells the responder that nothing more comes, so that it does not take half a body for all of it.
        case breakOff
        /// Notifies those that wait for it that the client has hung up.
        case notifyDisconnection

        /// Asks the client's side for more.
        case read
        /// Writes the answer that says why, and flushes.
        case refuse(ConnectionRefusal)
        case flush
        /// Ends our direction; the client may still send.
        case closeOutput
        case close
    }

    /// Something that must not last for ever. How long it may last is not decided here.
    enum Deadline: Equatable {
        /// A request comes: from its first byte to its last.
        case request
        /// No request comes.
        case idle
        /// An answer lies unread.
        case unread
        /// The client reads its last answer and hangs up. Closing at once would wipe an answer out while it still sends.
        case farewell
        /// The same if others need the place.
        case hastyFarewell
    }
}
