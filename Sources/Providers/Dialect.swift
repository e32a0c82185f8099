import Responder

/// Everything that replyd knows of a provider: how it is asked to send, and what its answers mean. Pure; nothing here
/// touches the network.
protocol Dialect: Sendable {
    /// The base URL of the provider's calls, without a slash at its end.
    var defaultBaseURL: String { get }

    /// The kinds of messages that the provider's lines can show.
    var abilities: LineAbilities { get }

    /// Returns the request that sends a message from an account to an address. A message that ``abilities`` rules out
    /// comes as text.
    func request(_ message: ProviderMessage, from account: ProviderAccount, to address: String) -> SendRequest

    /// Returns the outcome that an answer to a call means.
    func outcome(of answer: SendAnswer, to call: SendRequest.Call) -> AttemptOutcome
}
