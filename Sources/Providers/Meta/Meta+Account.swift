import JSONText
import Responder

/// The calls by which an account at Meta is looked at: its number, its token, its app and its business account.
extension Meta {
    var tellsWebhooks: Bool { true }

    func state(of inquiry: AccountInquiry) async throws -> AccountState {
        let line = try await inquiry.line()
        let token = try await inquiry.token() ?? .null
        var remarks = Self.remarks(about: line, of: inquiry.account) + Self.remarks(about: token)
        let app = token["app_id"]?.text.flatMap { $0.isAllDigits && $0.utf8.count <= 40 ? $0 : nil }
        var switches: [WebhookSettings.Switch] = []
        if let app {
            let (fields, isRefused) = try await inquiry.fields(of: app)
            if isRefused {
                remarks.append(
                    .init(
                        isWrong: true, "Meta refuses the `app_secret`: replyd turns all of its webhooks away",
                        do:
                            "take the one in Meta's App Dashboard under App settings, Basic; of several, leave out the others"
                    ))
            }
            switches += Self.switches(fields)
            if let isSubscribed = try await inquiry.isSubscribed(app) {
                switches.append(
                    .init(
                        "subscribed_apps", isOn: isSubscribed,
                        otherwise: "the app gets nothing of this business account: no message arrives"))
            }
        }
        let addresses = line["webhook_configuration"]
        // The address of the number goes before that of the business account, and that before the app's.
        let url = ["phone_number", "whatsapp_business_account", "application"].lazy
            .compactMap { addresses?[$0]?.text }.first { !$0.isEmpty && $0.utf8.count <= WebhookSettings.urlLimit }
        return AccountState(webhook: WebhookSettings(url: url ?? "", switches: switches), remarks: remarks)
    }

    private static func remarks(about line: JSON, of account: ProviderAccount) -> [AccountState.Remark] {
        var remarks: [AccountState.Remark] = []
        let shown = line["display_phone_number"]?.text ?? ""
        let digits = String(
            shown.unicodeScalars.lazy.filter { ("0"..."9").contains($0) }.prefix(20).map(Character.init))
        if !digits.isEmpty, digits != account.number {
            remarks.append(
                .init(
                    isWrong: true, "`phone_number_id` is that of \(digits), and not of this account",
                    do: "take the id beside the number, in Meta's App Dashboard under WhatsApp, API Setup"))
        }
        if line["quality_rating"]?.text == "RED" {
            remarks.append(
                .init(
                    isWrong: false, "Meta rates the quality of the number as low: it may soon be restricted",
                    do: "look in WhatsApp Manager why; people block it or report it"))
        }
        return remarks
    }

    private static func remarks(about token: JSON) -> [AccountState.Remark] {
        var remarks: [AccountState.Remark] = []
        if let end = token["expires_at"]?.integer, end > 0 {
            let day = Zone.utc.local(Timestamp(seconds: min(end, 253_402_300_799))).date
            remarks.append(
                .init(
                    isWrong: false, "the token ends on \(day) (UTC): from then on nothing is sent",
                    do: "make one that does not end, of a system user, in Meta's Business Settings"))
        }
        let scopes = token["scopes"]?.items.compactMap(\.text)
        if let scopes, !scopes.contains("whatsapp_business_messaging") {
            remarks.append(
                .init(
                    isWrong: true, "the token may not send: it lacks the permission whatsapp_business_messaging",
                    do: "make one with whatsapp_business_messaging and whatsapp_business_management"))
        }
        return remarks
    }

    /// Returns the switches of the app's webhook fields; none if they are not known.
    private static func switches(_ fields: Set<String>?) -> [WebhookSettings.Switch] {
        guard let fields else { return [] }
        let place = "turn it on in Meta's App Dashboard under WhatsApp, Configuration, Webhook fields"
        return [
            .init("messages", isOn: fields.contains("messages"), otherwise: "no message arrives", do: place)
        ]
    }

    func setWebhook(_ address: WebhookAddress, by inquiry: AccountInquiry) async throws {
        let account = inquiry.account
        if let business = account.settings["waba_id"] {
            _ = try await inquiry.graph("\(business)/subscribed_apps", writing: [:])
        }
        // Meta asks at the address for this word before it takes it.
        let word = inquiry.secrets["verify_token"]?.first?.reveal() ?? ""
        let line = account.settings["phone_number_id"] ?? ""
        _ = try await inquiry.graph(
            line,
            writing: [
                "webhook_configuration": .object([
                    "override_callback_uri": .string(address.url), "verify_token": .string(word),
                ])
            ])
    }

    /// The most pages of templates that are read, and the templates of each: more than a business account may have.
    private static let (pages, pageLength) = (100, 100)

    func templates(for inquiry: AccountInquiry) async throws -> [ProviderTemplate]? {
        guard let business = inquiry.account.settings["waba_id"] else {
            let hint = keys.first { $0.name == "waba_id" }?.hint ?? ""
            throw AccountInquiry.KeyMissing(name: "waba_id", hint: hint)
        }
        var templates: [ProviderTemplate] = []
        var after = ""
        for _ in 0..<Self.pages {
            let page = try await inquiry.graph(
                "\(business)/message_templates?fields=name,language,status,components&limit=\(Self.pageLength)\(after)")
            templates += page["data"]?.items.compactMap(ProviderTemplate.init(meta:)) ?? []
            guard page["paging"]?["next"] != nil, let cursor = page["paging"]?["cursors"]?["after"]?.id else { break }
            let next = "&after=\(cursor.inAddress)"
            guard next != after else { break }
            after = next
        }
        return templates
    }
}

extension ProviderTemplate {
    fileprivate init?(meta json: JSON) {
        guard let name = json["name"]?.text, let language = json["language"]?.text else { return nil }
        let status = json["status"]?.text ?? ""
        let components = json["components"]?.items ?? []
        func component(_ type: String) -> JSON? { components.first { $0["type"]?.text?.uppercased() == type } }
        let format = component("HEADER")?["format"]?.text?.lowercased()
        self.init(
            name: name, language: TemplateLanguage(rawValue: language),
            obstacle: status.uppercased() == "APPROVED" ? nil : status.lowercased(),
            texts: [component("BODY")?["text"]?.text ?? ""],
            header: format.flatMap(TemplateHeader.Kind.init(rawValue:)).map(Header.file) ?? .none)
    }
}

extension AccountInquiry {
    /// Asks for the number: what it is, and where its webhooks go.
    fileprivate func line() async throws -> JSON {
        try await graph(
            "\(account.settings["phone_number_id"] ?? "")?fields=display_phone_number,verified_name,quality_rating,webhook_configuration"
        )
    }

    /// Asks what the token may do and until when.
    fileprivate func token() async throws -> JSON? {
        try await graphIfAllowed("debug_token?input_token=\(account.credential.reveal().inAddress)")?["data"]
    }

    /// Returns the webhook fields that the app has subscribed to; `nil` if they can't be read. Whether the secret of the
    /// app is wrong is seen here, for the question is asked in the app's own name.
    fileprivate func fields(of app: String) async throws -> (fields: Set<String>?, isRefused: Bool) {
        var isRefused = false
        for secret in secrets["app_secret"] ?? [] {
            do {
                let answer = try await graph("\(app.inAddress)/subscriptions", token: "\(app)|\(secret.reveal())")
                let ours = answer["data"]?.items.filter { $0["object"]?.text == "whatsapp_business_account" } ?? []
                let names = ours.flatMap { $0["fields"]?.items ?? [] }.compactMap { $0["name"]?.text ?? $0.text }
                return (Set(names), false)
            } catch let refused as Refused {
                // One that is only asked too much, or has trouble, says nothing of the secret.
                if refused.outcome.kind == .accountFault { isRefused = true }
            }
        }
        return (nil, isRefused)
    }

    /// Whether the app gets what happens in the business account; `nil` if the account does not name one, or the token
    /// may not look at it.
    fileprivate func isSubscribed(_ app: String) async throws -> Bool? {
        guard let business = account.settings["waba_id"],
            let apps = try await graphIfAllowed("\(business)/subscribed_apps")?["data"]?.items
        else { return nil }
        return apps.contains { ($0["whatsapp_business_api_data"]?["id"] ?? $0["id"])?.text == app }
    }

    /// Reads what the token may not be allowed to read; `nil` if it may not.
    fileprivate func graphIfAllowed(_ path: String) async throws -> JSON? {
        do {
            return try await graph(path)
        } catch is Refused {
            return nil
        }
    }

    /// Calls the Graph API and returns what it answers.
    ///
    /// - Parameters:
    ///   - path: The path behind the version.
    ///   - members: The body of a call that writes; `nil` for one that reads.
    ///   - token: The token of the call; `nil` for the account's.
    fileprivate func graph(
        _ path: String, writing members: [String: JSON]? = nil, token: String? = nil
    ) async throws -> JSON {
        let url = "\(Meta.graphURL(of: account))/\(path)"
        let headers = token.map { ["Authorization": "Bearer \($0)"] } ?? account.bearer
        let request =
            members.map { SendRequest(.other, of: account.provider, url: url, headers: headers, body: $0) }
            ?? SendRequest(reading: url, of: account.provider, headers: headers)
        let answer = try await ask(request)
        if (200..<300).contains(answer.status), let json = JSON(parsing: answer.body), json["error"] == nil {
            return json
        }
        throw Refused(outcome: MetaAnswer(answer).outcome)
    }
}
