/// An event that a provider reports by its webhook.
public enum WebhookEvent: Sendable, Hashable {
    /// A contact wrote.
    case message(Message)
    /// A message that was sent got further.
    case update(DeliveryUpdate)
    /// A message that was sent has failed after all.
    case failure(DeliveryFailure)
    /// A contact is known by other addresses from now on.
    case move(ContactMove)
    /// Anything else: kept and counted under this word, not understood.
    case other(hook: String)
}
