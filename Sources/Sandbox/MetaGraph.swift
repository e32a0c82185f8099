import Foundation
import JSONText
import Providers
import Responder

/// The calls of Meta's Graph API by which an account is looked at and its webhooks are set. The business account of a line
/// has the line's id. The app is subscribed to it if `sendsSystem` is on, and to its messages if `sendsStatus` is.
extension SandboxProvider {
    /// The id of the app that all tokens are of.
    static let appID = "424242"

    /// Answers such a call; returns `nil` if the path is none.
    ///
    /// - Parameters:
    ///   - path: The path, with the version.
    ///   - query: The query, by name.
    ///   - body: The body of a POST; `nil` for a GET.
    ///   - authorization: The header with the token.
    func answerGraph(
        _ path: String, query: [String: String], body: JSON?, authorization: String?
    ) -> (json: JSON, status: Int)? {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count >= 2, parts[0].hasPrefix("v"), parts[0].dropFirst().first?.isNumber == true else {
            return nil
        }
        let token = authorization?.bearer
        if parts[1] == "debug_token" { return debugToken(query["input_token"]) }
        if parts[1] == Self.appID { return subscriptions(token) }
        guard let (number, account) = accounts.first(where: { $0.value.meta?.phoneNumberID == parts[1] }) else {
            return Self.graphError(100, status: 400)
        }
        guard account.key == nil || token == account.key else { return Self.graphError(190, status: 401) }
        switch (parts.dropFirst(2).first, body) {
        case (nil, nil): return (line(account), 200)
        case (nil, let body?):
            let wanted = body["webhook_configuration"]
            accounts[number]?.webhook = wanted?["override_callback_uri"]?.text ?? account.webhook
            return (.object(["success": .bool(true)]), 200)
        case ("subscribed_apps", nil):
            let app = JSON.object(["whatsapp_business_api_data": .object(["id": .string(Self.appID), "name": "shop"])])
            return (.object(["data": .array(account.sendsSystem ? [app] : [])]), 200)
        case ("subscribed_apps", .some):
            accounts[number]?.sendsSystem = true
            return (.object(["success": .bool(true)]), 200)
        case ("message_templates", nil): return (templates(account, query), 200)
        default: return Self.graphError(100, status: 400)
        }
    }

    private func line(_ account: SandboxAccount) -> JSON {
        var addresses: [String: JSON] = [:]
        addresses["phone_number"] = account.webhook.map(JSON.string)
        return .object([
            "id": .string(account.meta?.phoneNumberID ?? ""), "display_phone_number": .string("+\(account.number)"),
            "verified_name": "Sandbox", "quality_rating": "GREEN", "webhook_configuration": .object(addresses),
        ])
    }

    private func debugToken(_ token: String?) -> (JSON, Int) {
        guard accounts.values.contains(where: { $0.meta != nil && ($0.key == nil || $0.key == token) }) else {
            return Self.graphError(190, status: 401)
        }
        let data: [String: JSON] = [
            "app_id": .string(Self.appID), "type": "SYSTEM_USER", "is_valid": .bool(true), "expires_at": .integer(0),
            "scopes": .array(["whatsapp_business_management", "whatsapp_business_messaging"]),
        ]
        return (.object(["data": .object(data)]), 200)
    }

    /// The webhook fields of the app, which only the app itself may ask for.
    private func subscriptions(_ token: String?) -> (JSON, Int) {
        guard accounts.values.contains(where: { $0.meta.map { "\(Self.appID)|\($0.appSecret)" == token } ?? false })
        else { return Self.graphError(190, status: 401) }
        let fields: [JSON] =
            accounts.values.contains { $0.meta != nil && $0.sendsStatus }
            ? [.object(["name": "messages", "version": "v26.0"])] : []
        let ours: JSON = .object([
            "object": "whatsapp_business_account", "active": .bool(true), "fields": .array(fields),
        ])
        return (.object(["data": .array([ours])]), 200)
    }

    /// One page of the templates, in pages of two so that whoever reads them has to turn over.
    private func templates(_ account: SandboxAccount, _ query: [String: String]) -> JSON {
        let start = query["after"].flatMap(Int.init) ?? 0
        let page = Array(account.templates.dropFirst(max(0, start)).prefix(2))
        var members: [String: JSON] = ["data": .array(page)]
        if start + 2 < account.templates.count {
            members["paging"] = .object([
                "cursors": .object(["after": .string(String(start + 2))]), "next": "https://graph.facebook.com/next",
            ])
        }
        return .object(members)
    }

    private static func graphError(_ code: Int64, status: Int) -> (JSON, Int) {
        let error: JSON = .object([
            "message": .string("(#\(code)) sandbox"), "type": "OAuthException", "code": .integer(code),
            "fbtrace_id": "SANDBOX",
        ])
        return (.object(["error": error]), status)
    }
}
