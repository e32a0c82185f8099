import Matching
import Responder

/// Looks for what is allowed and most likely not meant.
public struct RuleLint: Sendable {
    /// Whether the configuration has a template for messages whose window has shut.
    public var hasConfiguredFallback = false

    /// A lint that knows nothing of a configuration.
    public init() {}

    func check(_ linked: RuleLinker.Linked, _ ruleSet: RuleSet) {}
}
