/// What the configuration, not a rule, says about deciding.
public struct DecisionPolicy: Sendable {
    /// Older messages are never answered with text.
    public var maxAge: Duration
    /// The fallback where neither rule nor file names one.
    public var expired: TemplateMessage?
    /// The numbers of all our accounts: robots must not talk to each other.
    public var accounts: Set<String>
    /// Against other people's robots; nil for none.
    public var loopGuard: LoopGuard?

    /// Makes a policy of its parts.
    public init(
        maxAge: Duration = Window.length, expired: TemplateMessage? = nil, accounts: Set<String> = [],
        loopGuard: LoopGuard? = LoopGuard()
    ) {
        self.maxAge = maxAge
        self.expired = expired
        self.accounts = accounts
        self.loopGuard = loopGuard
    }
}
