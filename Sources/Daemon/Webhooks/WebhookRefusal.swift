/// The reason why a webhook did not get its 200, in the word that metrics use.
public enum WebhookRefusal: String, Sendable, CaseIterable {
    /// Its address names none of our accounts.
    case unknownAccount = "unknown-account"
    /// Its key is wrong or missing, or it came from an address that is not allowed.
    case unauthorized
    /// Its content type is not JSON.
    case notJSON = "not-json"
    /// Its body is no event.
    case invalid
    /// Its body is too large.
    case tooLarge = "too-large"
    /// Its body ended early or was chunked wrongly.
    case brokenOff = "broken-off"
    /// Too many webhooks are in flight.
    case tooMany = "too-many"
    /// Too many entries of its account wait to be sent.
    case full
    /// Its event could not be stored in time, or at all.
    case storeFailed = "store-failed"
}
