import JSONText
import Responder

/// 99digital, by `99digital-send-message.txt` and its public documentation.
struct NinetyNineDigital: ResellerDialect {
    var defaultBaseURL: String { "https://api.99digital.co.il/whatsapp/v2" }

    // The names of the fields of its buttons and lists are not known.
    var abilities: LineAbilities {
        var abilities = LineAbilities(showsChoices: false, showsLinkButtons: false)
        (abilities.showsFileNames, abilities.namesTemplateVariables) = (false, false)
        (abilities.marksTemplateChoices, abilities.hasTemplateCountries) = (false, false)
        return abilities
    }

    func request(
        _ message: ProviderMessage, from account: ProviderAccount, to address: String, mark: AttemptMark?
    ) -> SendRequest {
        func call(_ name: String, _ fields: [String: JSON], replyTo: String? = nil, _ call: SendRequest.Call = .message)
            -> SendRequest
        {
            var body = fields
            body["apiKey"] = .string(account.credential.reveal())
            body["from"] = .string(account.number)
            body["to"] = .string(address)
            body["replyTo"] = replyTo.map(JSON.string)
            return SendRequest(call, of: account.provider, url: "\(account.baseURL)/\(name)", body: body)
        }
        switch message {
        case .text(let text, let replyTo): return call("sendMessage", ["body": .string(text)], replyTo: replyTo)
        case .rich(.file(let file), let replyTo):
            var fields: [String: JSON] = ["body": .string(file.link)]
            if !file.caption.isEmpty { fields["caption"] = .string(file.caption) }
            return call("sendFile", fields, replyTo: replyTo)
        case .rich(.location(let location), let replyTo):
            var fields: [String: JSON] = ["lat": .string(location.latitude), "lng": .string(location.longitude)]
            let words = [location.name, location.address].compactMap(\.self)
            if !words.isEmpty { fields["caption"] = .string(words.joined(separator: ", ")) }
            return call("sendLocation", fields, replyTo: replyTo)
        case .rich(let content, let replyTo):
            return call("sendMessage", ["body": .string(content.plainText)], replyTo: replyTo)
        case .reaction(let emoji, let unique):
            return call("sendReaction", ["unique": .string(unique), "reaction": .string(emoji)], .reaction)
        case .template(let template): return call("sendTemplate", template.named)
        }
    }

    var marksRead: Bool { true }

    /// Marks the latest message of the contact and everything before it.
    func request(markingAsRead message: Message, isTyping: Bool, from account: ProviderAccount) -> SendRequest? {
        let body: [String: JSON] = [
            "apiKey": .string(account.credential.reveal()), "from": .string(account.number),
            "to": .string(message.contact.address),
        ]
        return SendRequest(.other, of: account.provider, url: "\(account.baseURL)/readStatus", body: body)
    }

    var tellsWindows: Bool { true }

    func request(forWindowOf address: String, from account: ProviderAccount) -> SendRequest? {
        let body: [String: JSON] = [
            "apiKey": .string(account.credential.reveal()), "from": .string(account.number),
            "number": .string(address),
        ]
        return SendRequest(.other, of: account.provider, url: "\(account.baseURL)/getTimers", body: body)
    }

    func outcome(of answer: SendAnswer, to call: SendRequest.Call) -> AttemptOutcome {
        answer.outcome(call == .reaction ? .reactions : .messages)
    }
}

extension RenderedTemplate {
    /// The fields of 99digital's `sendTemplate`, which 019sms is taken to share.
    var named: [String: JSON] {
        var fields: [String: JSON] = [
            "name": .string(name), "language": .integer(language.number ?? 0),
            "headerType": .integer(header?.number ?? 1),
        ]
        if let header { fields["headerLink"] = .string(header.link) }
        for (index, value) in variables.prefix(10).enumerated() { fields["bodyVariable\(index + 1)"] = .string(value) }
        for (name, button) in zip(["websiteVariable", "websiteVariable2"], buttons) {
            fields[name] = .string(button.value)
        }
        fields["couponCode"] = coupon.map(JSON.string)
        return fields
    }
}

extension TemplateLanguage {
    /// The language's number at 99digital, whatever its country; `nil` if it has none.
    fileprivate var number: Int64? {
        let code = TemplateLanguage(rawValue: String(rawValue.prefix { $0 != "_" }))
        return TemplateLanguage.common.firstIndex(of: code).map { Int64($0 + 1) }
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
