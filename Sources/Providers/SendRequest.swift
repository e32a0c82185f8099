public import JSONText
public import Responder

/// One POST to a provider.
public struct SendRequest: Sendable, Hashable {
    /// The URL that it goes to.
    public var url: String
    /// Its headers, by name.
    public var headers: [String: String]
    /// Its body: a JSON object.
    public var body: [String: JSON]

    /// Encodes a message from `account` to `address`, in the dialect of the provider of the account.
    public init(_ message: ProviderMessage, from account: ProviderAccount, to address: String) {
        headers = ["Content-Type": "application/json; charset=utf-8", "Accept": "application/json"]
        let isV2 = account.provider == .sms019v2
        body = [isV2 ? "source" : "from": .string(account.number), isV2 ? "destination" : "to": .string(address)]
        if account.provider == .ninetyNineDigital {
            body["apiKey"] = .string(account.credential.reveal())
        } else {
            headers["Authorization"] = "Bearer \(account.credential.reveal())"
        }
        switch message {
        case .text(let text, let replyTo):
            url = "\(account.baseURL)/\(account.provider.textPath)"
            body[isV2 ? "message" : "body"] = .string(text)
            if let replyTo { body["replyTo"] = .string(replyTo) }
        case .template(let template):
            url = "\(account.baseURL)/\(account.provider.templatePath)"
            body.merge(isV2 ? template.numbered : template.named) { $1 }
        }
    }

    /// Returns the request fit to be shown, with its credential replaced.
    public func redacted() -> SendRequest {
        var copy = self
        if copy.body["apiKey"] != nil { copy.body["apiKey"] = .string("•••") }
        if copy.headers["Authorization"] != nil { copy.headers["Authorization"] = "Bearer •••" }
        return copy
    }
}

extension RenderedTemplate {
    /// The fields of 99digital's `sendTemplate`, which 019sms is taken to share.
    fileprivate var named: [String: JSON] {
        var fields: [String: JSON] = [
            "name": .string(name), "language": .integer(language.number), "headerType": .integer(header?.number ?? 1),
        ]
        if let header { fields["headerLink"] = .string(header.link) }
        for (index, value) in variables.prefix(10).enumerated() { fields["bodyVariable\(index + 1)"] = .string(value) }
        return fields
    }

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

extension TemplateLanguage {
    /// The language's number at 99digital.
    fileprivate var number: Int64 {
        switch self {
        case .hebrew: 1
        case .english: 2
        case .arabic: 3
        case .russian: 4
        case .spanish: 5
        case .chinese: 6
        case .hindi: 7
        case .thai: 8
        case .french: 9
        }
    }
}

extension TemplateHeader {
    /// The header's number at 99digital; 1 is none, 2 is unassigned.
    fileprivate var number: Int64 {
        switch kind {
        case .image: 3
        case .video: 4
        case .document: 5
        }
    }
}
