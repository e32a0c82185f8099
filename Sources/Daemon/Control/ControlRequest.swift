/// A request of a command to the daemon that serves from the same database; one line on the control socket.
enum ControlRequest: String {
    /// Asks for the number of the daemon's process.
    case process
    /// Asks it to look at what operator actions have changed in the outbox.
    case outbox
}
