/// Why a webhook did not get its 200, in a word that metrics have.
public enum WebhookRefusal: String, Sendable, CaseIterable {
    case unknownAccount = "unknown-account"
    case unauthorized
    case notJSON = "not-json"
    case invalid
    case tooLarge = "too-large"
    case brokenOff = "broken-off"
    /// Too many at once.
    case tooMany = "too-many"
    /// Too much of its account waits.
    case full
    case storeFailed = "store-failed"
}
