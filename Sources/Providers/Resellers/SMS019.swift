import JSONText
import Responder

/// 019sms, by `019sms-send-message.md`.
struct SMS019: ResellerDialect {
    var defaultBaseURL: String { "https://019sms.co.il/api/whatsapp" }
    var abilities: LineAbilities { .reseller }

    func request(
        _ message: ProviderMessage, from account: ProviderAccount, to address: String, mark: AttemptMark?
    ) -> SendRequest {
        var body: [String: JSON] = ["from": .string(account.number), "to": .string(address)]
        let name: String
        if case .template(let template) = message {
            name = "sendTemplate"
            body.merge(template.named) { $1 }
        } else {
            name = "sendMessage"
            body["body"] = .string(message.plainText)
            body["replyTo"] = message.quoted.map(JSON.string)
        }
        return SendRequest(
            .message, of: account.provider, url: "\(account.baseURL)/\(name)", headers: account.bearer, body: body)
    }

    func outcome(of answer: SendAnswer, to call: SendRequest.Call) -> AttemptOutcome { answer.outcome(.messages) }
}

/// 019sms by its current public documentation, with names of its own.
struct SMS019v2: ResellerDialect {
    var defaultBaseURL: String { "https://019sms.co.il/whatsapp-api" }
    var abilities: LineAbilities {
        var abilities = LineAbilities.reseller
        abilities.fillsTemplateButtons = false
        return abilities
    }

    func request(
        _ message: ProviderMessage, from account: ProviderAccount, to address: String, mark: AttemptMark?
    ) -> SendRequest {
        var body: [String: JSON] = ["source": .string(account.number), "destination": .string(address)]
        let name: String
        if case .template(let template) = message {
            name = "send-whatsapp-template"
            body.merge(template.numbered) { $1 }
        } else {
            name = "send-whatsapp-message"
            body["message"] = .string(message.plainText)
            body["replyTo"] = message.quoted.map(JSON.string)
        }
        return SendRequest(
            .message, of: account.provider, url: "\(account.baseURL)/\(name)", headers: account.bearer, body: body)
    }

    func outcome(of answer: SendAnswer, to call: SendRequest.Call) -> AttemptOutcome { answer.outcome(.messages) }
}

extension LineAbilities {
    /// The abilities of 019sms: text and templates alone.
    fileprivate static var reseller: LineAbilities {
        var abilities = LineAbilities.text
        (abilities.namesTemplateVariables, abilities.hasTemplateCountries) = (false, false)
        abilities.marksTemplateChoices = false
        return abilities
    }
}

extension ProviderAccount {
    /// The header with the account's token.
    var bearer: [String: String] { ["Authorization": "Bearer \(credential.reveal())"] }
}

extension RenderedTemplate {
    /// The fields of 019sms-v2, which knows a template by its id and its variables by number.
    fileprivate var numbered: [String: JSON] {
        var fields: [String: JSON] = ["templateId": .string(name)]
        if !variables.isEmpty {
            let places = variables.prefix(10).enumerated().map { (String($0.offset + 1), JSON.string($0.element)) }
            fields["dynamicFieldsObject"] = .object(Dictionary(uniqueKeysWithValues: places))
        }
        return fields
    }
}
