/// Why an outbox entry is in its state: the word that the database, the API, the log and the console have for it.
///
/// A sentence for people, such as a provider's refusal, stands apart from it, in the column `detail`.
public enum EntryReason: String, Sendable, CaseIterable {
    // Of entries that wait for another attempt.

    /// The provider may take it later.
    case transient
    /// The provider refused the text, for the window is shut.
    case windowShut = "window-shut"
    /// The provider refuses the account.
    case accountFault = "account-fault"
    /// A person had it sent again.
    case released

    // Of entries that are held, or wait to be resent.

    /// Nobody knows whether the last attempt reached the contact.
    case unknown

    // Of entries that are over.

    /// The provider refused it for good; the detail says why.
    case refused
    /// The window shut, and no template is configured for that.
    case windowExpired = "window-expired"
    /// The message it answers is too old.
    case tooOld = "too-old"
    /// It was tried for 24 hours.
    case expired = "tried-for-24-hours"
    /// Another answer to the same message became the template.
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
    /// There is no such entry.
    case noSuchEntry = "no-such-entry"
    /// It was held, and the provider's delivery report shows that it was accepted.
    case deliveryReport = "delivery-report"
}
