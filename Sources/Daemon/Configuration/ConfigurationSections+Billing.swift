import Responder
import RuleFiles

extension ConfigurationSections {
    private static let budgetKeys = Section<Budget>(
        "a budget",
        [
            Field("messages", .integer(in: 1...1_000_000_000), to: \.messages),
            Field("per", .oneOf("a period"), to: \.period),
            Field("then", .oneOf("something to do once a budget is spent"), to: \.then),
        ])

    static let budget = Value<Budget> { node, reader in
        var budget = Budget(messages: 0)
        guard let given = budgetKeys.read(node, into: &budget, reader) else { return nil }
        guard given.contains("messages") else {
            reader.error(
                node.range, "a budget needs 'messages'", hint: "like {messages: 1000, per: month, then: silent}")
            return nil
        }
        return budget.messages > 0 ? budget : nil
    }

    private static let priceKeys = Section<Prices>(
        "prices",
        [
            Field("message", price, to: \.message),
            Field("template", price, to: \.template),
            Field("free", .integer(in: 0...1_000_000_000), to: \.free),
            Field("currency", currency, to: \.currency),
        ])

    static let prices = Value<Prices> { node, reader in
        var prices = Prices()
        guard let given = priceKeys.read(node, into: &prices, reader) else { return nil }
        if given.isDisjoint(with: ["message", "template"]) {
            reader.error(
                node.range, "prices need 'message' or 'template'",
                hint: "what one costs, like {message: 0.05, template: 0.20, free: 1000, currency: ILS}")
        }
        return prices
    }

    private static let price = Value<String>.string.map { text, node, reader -> Double? in
        let isPlain = text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
        if isPlain, let price = Double(text), price <= 10_000 { return price }
        reader.error(node.range, "'\(node.shown)' is no price", hint: "write it like 0.05, and the currency by itself")
        return nil
    }

    private static let currency = Value<String>.filled.map { text, node, reader -> String? in
        if text.unicodeScalars.count <= 8, !text.unicodeScalars.contains(where: \.properties.isWhitespace) {
            return text
        }
        reader.error(node.range, "'\(node.shown)' is no currency", hint: "write it like ILS or ₪")
        return nil
    }
}
