/// The reason for the state of an outbox entry, in a word that the database, the API, the log and the console share.
///
/// A sentence for people, for example a provider's refusal, is kept separately in the column `detail`.
public enum EntryReason: String, Sendable, CaseIterable {
    // Reasons of entries that wait for another attempt.

    /// The last attempt failed, but the provider may accept it later.
    case transient
    /// The provider refused the text because the window is shut.
    case windowShut = "window-shut"
    /// The provider refuses the account.
    case accountFault = "account-fault"
    /// A person released it.
    case released

    // Reasons of entries that are held, or wait to be sent again.

    /// The outcome of the last attempt is unknown.
    case unknown

    // Reasons of entries that are over.

    /// The provider refused it for good; the detail gives the provider's reason.
    case refused
    /// The window shut, and no template is configured for that.
    case windowExpired = "window-expired"
    /// The message it answers is too old.
    case tooOld = "too-old"
    /// It was tried for as long as it may.
    case expired
    /// The fallback has already replaced another answer since the window shut.
    case replaced
    /// The contact opted out.
    case optedOut = "opted-out"
    /// A person answers in the conversation.
    case paused
    /// A person dropped it.
    case byHand = "by-hand"
    /// The contact was erased.
    case forgotten
    /// The stored content can't be read.
    case unreadable
    /// The entry does not exist.
    case noSuchEntry = "no-such-entry"
    /// It was held, and the provider's delivery report shows that it was accepted.
    case deliveryReport = "delivery-report"
}
