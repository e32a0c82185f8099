public import Responder

/// The messages that an account may send in a period, and what comes of it once they are sent.
public struct Budget: Sendable, Hashable {
    /// What is done once the budget is spent.
    public enum Then: String, Sendable, CaseIterable {
        /// A person is told, as at four fifths of it.
        case warn
        /// Nothing is answered any more until the next period.
        case silent
    }

    /// The number of messages.
    public var messages: Int
    /// The period.
    public var period: CalendarPeriod
    /// What is done once they are sent.
    public var then: Then

    /// Creates a budget.
    public init(messages: Int, period: CalendarPeriod = .month, then: Then = .warn) {
        self.messages = messages
        self.period = period
        self.then = then
    }

    /// The number of messages from which a person is told: four fifths.
    var warning: Int { messages - messages / 5 }
}

/// What an account's messages cost, as its provider bills them.
public struct Prices: Sendable, Hashable {
    /// The price of a free-form message.
    public var message: Double
    /// The price of a template.
    public var template: Double
    /// The number of free-form messages in a month that cost nothing.
    public var free: Int
    /// The currency, as it is to be shown.
    public var currency: String

    /// Creates prices.
    public init(message: Double = 0, template: Double = 0, free: Int = 0, currency: String = "") {
        self.message = message
        self.template = template
        self.free = free
        self.currency = currency
    }

    /// Returns what a month's messages come to.
    ///
    /// - Parameter counts: The number of accepted messages by kind.
    public func cost(ofMonth counts: [SendContent.Kind: Int]) -> Double {
        let freeForm = counts.filter(\.key.isFreeForm).values.reduce(0, +)
        return Double(max(freeForm - free, 0)) * message + Double(counts[.template] ?? 0) * template
    }

    /// Returns an amount as people write it: `12.40 ILS`.
    public func amount(_ cost: Double) -> String {
        // Foundation's formats go by the machine's language.
        let cents = (cost * 100).rounded()
        guard cents < 1e15 else { return currency }
        let (whole, rest) = Int64(cents).quotientAndRemainder(dividingBy: 100)
        let text = "\(whole).\(rest < 10 ? "0" : "")\(rest)"
        return currency.isEmpty ? text : "\(text) \(currency)"
    }
}
