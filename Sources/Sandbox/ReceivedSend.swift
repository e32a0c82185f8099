public import JSONText
public import Providers
public import Responder

/// One send that the stand-in provider received.
public struct ReceivedSend: Sendable {
    /// The time at which the send was received.
    public var receivedAt: Timestamp
    /// The provider whose API was called.
    public var provider: Provider
    /// The account that sends.
    public var from: String
    /// The contact that is sent to.
    public var to: String
    /// The kind of send: `text`, `template`, or another word for what is shown (`SendContent.Kind`).
    public var kind: String
    /// The text, or the name of the template.
    public var text: String
    /// The variables of the template, in their order.
    public var variables: [String] = []
    /// The id of the quoted message.
    public var replyTo: String?
    /// The mark that comes back in every status of the message, at Meta.
    public var mark: String?
    /// The `reason` in the answer, or Meta's code; `nil` if there was no answer with a reason.
    public var reason: Int?
    /// The id that the provider gave to the send; `nil` if it was not accepted.
    public var unique: String?
    /// The request as it came, without its key.
    public var request = JSON.null
    /// The fault that was applied to the send.
    public var fault: Fault?

    /// Whether the send was accepted, so that a contact would have got it.
    public var isAccepted: Bool { unique != nil }
}
