import JSONText
import Responder

extension NinetyNineDigital {
    var tellsWebhooks: Bool { true }

    func state(of inquiry: AccountInquiry) async throws -> AccountState {
        let answer = try await inquiry.answer("getWebhook")
        return AccountState(webhook: WebhookSettings(ninetyNineDigital: answer))
    }

    func setWebhook(_ address: WebhookAddress, by inquiry: AccountInquiry) async throws {
        var fields: [String: JSON] = ["url": .string(address.url)]
        for name in ["system", "readStatus", "retry"] { fields[name] = .integer(1) }
        _ = try await inquiry.answer("setWebhook", fields)
    }

    func templates(for inquiry: AccountInquiry) async throws -> [ProviderTemplate]? {
        let list = JSON(parsing: try await inquiry.answer("getTemplates").body)?["list"]
        return list?.items.compactMap { json in
            guard let name = json["name"]?.text else { return nil }
            let status = json["status"]?.text ?? ""
            return ProviderTemplate(
                name: name, language: json["language"]?.text.flatMap(TemplateLanguage.init(ninetyNineDigital:)),
                obstacle: status.isEmpty || status.lowercased() == "approved" ? nil : status,
                texts: json["template"]?.items.compactMap { $0["text"]?.text } ?? [])
        }
    }
}

extension WebhookSettings {
    /// Reads the settings in an answer to `getWebhook`; returns `nil` if it holds none.
    fileprivate init?(ninetyNineDigital answer: SendAnswer) {
        guard (200..<300).contains(answer.status), let json = JSON(parsing: answer.body), let url = json["url"]?.text,
            url.utf8.count <= Self.urlLimit
        else { return nil }
        func isOn(_ name: String) -> Bool { json[name]?.integer == 1 }
        // A single space clears an address.
        self.init(
            url: String(url.trimmingPrefix { $0.isWhitespace }),
            switches: [
                Switch("retry", isOn: isOn("retry"), otherwise: "a webhook that fails once is lost"),
                Switch(
                    "readStatus", isOn: isOn("readStatus"),
                    otherwise: "nobody learns what was delivered, nor settles what is unknown"),
                Switch("system", isOn: isOn("system"), otherwise: "nobody learns of sends that fail later"),
            ])
    }
}

extension TemplateLanguage {
    /// Reads a language by its number at 99digital or by its code.
    init?(ninetyNineDigital text: String) {
        guard let number = Int(text) else {
            self.init(rawValue: text)
            return
        }
        guard TemplateLanguage.common.indices.contains(number - 1) else { return nil }
        self = TemplateLanguage.common[number - 1]
    }
}

extension AccountInquiry {
    /// Returns the answer to one of 99digital's calls.
    fileprivate func answer(_ call: String, _ fields: [String: JSON] = [:]) async throws -> SendAnswer {
        var body = fields
        body["apiKey"] = .string(account.credential.reveal())
        body["from"] = .string(account.number)
        return try await accepted(
            SendRequest(.other, of: account.provider, url: "\(account.baseURL)/\(call)", body: body))
    }
}
