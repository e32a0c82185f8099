public import Responder
import Store

/// What a person did to a daemon that runs.
public struct Deed: Sendable, Hashable {
    /// How it was done.
    public enum Way: String, Sendable {
        /// By a call that showed the admin token.
        case token
        /// In a browser that is logged in at the console.
        case console
        /// By a command beside the daemon.
        case command
    }

    /// What was done, in the word that the log has for it.
    public enum Kind: String, Sendable {
        case paused, resumed, released, dropped, forgotten
        case optedOut = "opted out"
        case optedIn = "opted in"
        case loggedIn = "logged in"
    }

    /// What was done.
    public var kind: Kind
    /// How.
    public var way: Way
    /// The account it was about.
    public var account: String?
    /// The number of the conversation.
    public var conversation: Int64?
    /// Who writes there.
    public var contact: String?
    /// The number of the outbox entry.
    public var entry: Int64?
    /// Who did it, where that is known.
    public var user: String?
    /// Until when a conversation is paused.
    public var end: Timestamp?

    init(_ kind: Kind, by way: Way) {
        self.kind = kind
        self.way = way
    }

    /// What a command did.
    init(_ done: CommandDeed) {
        switch done.kind {
        case .released: kind = .released
        case .dropped: kind = .dropped
        case .forgotten: kind = .forgotten
        }
        way = .command
        account = done.account
        conversation = done.conversation
        entry = done.entry
        user = done.user
    }
}
