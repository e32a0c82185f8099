/// The settings for decisions that come from the configuration, not from a rule.
public struct DecisionPolicy: Sendable {
    /// The age from which a message is never answered with text.
    public var maxAge: Duration
    /// The fallback if neither the rule nor its file names one.
    public var expired: TemplateMessage?
    /// The numbers of all our accounts. Their messages get no answer: robots must not talk to each other.
    public var accounts: Set<String>
    /// The abilities of our accounts, by number. An account that is not named shows everything.
    public var lines: [String: LineAbilities] = [:]
    /// The accounts of ours that answer nothing any more because their budget is spent.
    public var spent: Set<String> = []
    /// The guard against other people's robots; `nil` for none.
    public var loopGuard: LoopGuard?

    /// Creates a policy; by default messages up to 24 hours old may be answered with text, and the loop guard is on.
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
