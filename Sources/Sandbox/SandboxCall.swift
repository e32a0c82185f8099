import Foundation
import JSONText
import Providers
import Responder

/// A call of a provider, by its path.
struct SandboxCall: Sendable {
    /// What a call does.
    enum Name: Sendable {
        case text, template, file, location, reaction, read, timers, templates
        /// Meta's one call for all that is sent.
        case messages

        /// Whether something goes to a contact.
        var isSend: Bool {
            switch self {
            case .text, .template, .file, .location, .reaction, .messages: true
            case .read, .timers, .templates: false
            }
        }
    }

    var provider: Provider
    var name: Name
    /// The id of the line in the path, at Meta.
    var line: String?

    /// The resellers' calls, by path as the providers document them.
    private static let resellers: [String: (Provider, Name)] = [
        "/whatsapp/v2/sendMessage": (.ninetyNineDigital, .text),
        "/whatsapp/v2/sendTemplate": (.ninetyNineDigital, .template),
        "/whatsapp/v2/sendFile": (.ninetyNineDigital, .file),
        "/whatsapp/v2/sendLocation": (.ninetyNineDigital, .location),
        "/whatsapp/v2/sendReaction": (.ninetyNineDigital, .reaction),
        "/whatsapp/v2/readStatus": (.ninetyNineDigital, .read),
        "/whatsapp/v2/getTimers": (.ninetyNineDigital, .timers),
        "/whatsapp/v2/getTemplates": (.ninetyNineDigital, .templates),
        "/api/whatsapp/sendMessage": (.sms019, .text), "/api/whatsapp/sendTemplate": (.sms019, .template),
        "/whatsapp-api/send-whatsapp-message": (.sms019v2, .text),
        "/whatsapp-api/send-whatsapp-template": (.sms019v2, .template),
    ]

    init(_ provider: Provider, _ name: Name, line: String? = nil) {
        self.provider = provider
        self.name = name
        self.line = line
    }

    /// Finds the call of a path; `nil` if no provider has one there.
    init?(path: String) {
        if let (provider, name) = Self.resellers[path] {
            self.init(provider, name)
            return
        }
        // Meta's has the version and the id of the line before it.
        let parts = path.split(separator: "/")
        guard parts.count == 3, parts[0].hasPrefix("v"), parts[2] == "messages" else { return nil }
        self.init(.meta, .messages, line: String(parts[1]))
    }
}

/// The faults of a call that sends nothing.
enum SandboxFailure {
    case noAccount, wrongKey, unknownContact
}

/// The form in which a provider is called and answers.
protocol SandboxForm {
    /// The answer to a body that is no request.
    var unreadable: SandboxProvider.Answer { get }
    /// The `reason` of a call that is fine; `nil` if the provider gives none.
    var fine: Int? { get }
    /// The answer to a call by which something is marked as read.
    var read: SandboxProvider.Answer { get }

    /// Whether the request marks something as read.
    func isRead(_ request: JSON) -> Bool
    /// Returns the number of the account that calls.
    func account(_ request: JSON, _ accounts: [String: SandboxAccount]) -> String
    /// Returns the key that is shown.
    func key(_ request: JSON, _ authorization: String?) -> String?
    /// Returns what is sent.
    func record(_ request: JSON, from: String, at now: Timestamp) -> ReceivedSend
    /// Returns the reason for which the provider would refuse the send; `nil` if it would accept it.
    func refusal(
        _ request: JSON, _ record: ReceivedSend, _ account: SandboxAccount?, key: String?, lastMessage: Timestamp?,
        at now: Timestamp
    ) -> Int?
    /// Returns a new id of a message.
    func newUnique() -> String
    /// Returns the answer to a send.
    func answer(
        _ record: ReceivedSend, _ request: JSON, minutesLeft: Int64, strings: Bool, at now: Timestamp
    ) -> SandboxProvider.Answer
    /// Returns the answer to a call that fails.
    func failure(_ failure: SandboxFailure) -> SandboxProvider.Answer
}
