import JSONText
import Responder

extension SMS019v2 {
    func templates(for inquiry: AccountInquiry) async throws -> [ProviderTemplate]? {
        let account = inquiry.account
        let request = SendRequest(
            reading: "\(account.baseURL)/get-phone-templates/\(account.number)", of: account.provider,
            headers: account.bearer)
        let answer = try await inquiry.ask(request)
        guard let json = JSON(parsing: answer.body), json["success"]?.claim == true else {
            throw AccountInquiry.Refused(outcome: outcome(of: answer, to: .other))
        }
        // What the numbers of its `status` mean is not documented.
        return json["templates"]?.items.compactMap { json in
            guard let name = json["templateId"]?.text else { return nil }
            return ProviderTemplate(
                name: name, language: json["language"]?.text.flatMap(TemplateLanguage.init(ninetyNineDigital:)),
                obstacle: nil, texts: [json["body"]?.text ?? ""])
        }
    }
}
