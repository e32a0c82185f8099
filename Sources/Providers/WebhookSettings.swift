/// The address to which a provider delivers an account's webhooks, and the switches on which depends what it delivers.
public struct WebhookSettings: Sendable, Hashable {
    /// Something at the provider that has to be on.
    public struct Switch: Sendable, Hashable {
        /// Its name at the provider.
        public var name: String
        /// Whether it is on.
        public var isOn: Bool
        /// What comes of it if it is off, in words.
        public var consequence: String
        /// How a person turns it on if `webhook set` can't; `nil` if it can.
        public var remedy: String?

        /// Creates a switch.
        public init(_ name: String, isOn: Bool, otherwise consequence: String, do remedy: String? = nil) {
            self.name = name
            self.isOn = isOn
            self.consequence = consequence
            self.remedy = remedy
        }
    }

    /// The address; empty if there is none. It may hold a secret.
    public var url: String
    /// The switches, in the order in which they are shown.
    public var switches: [Switch]

    /// The longest address that is accepted, in bytes.
    static let urlLimit = 4096

    /// Creates settings.
    public init(url: String, switches: [Switch]) {
        self.url = url
        self.switches = switches
    }
}

extension Provider {
    /// Whether the provider has calls to ask for webhook settings and to set them. If not, its web pages do it.
    public var tellsWebhooks: Bool { dialect.tellsWebhooks }
}
