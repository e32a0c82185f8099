public import Logging
public import Providers
public import Responder

/// What `replyd.yaml` says.
public struct Configuration: Sendable {
    /// A host and a port to listen on.
    public struct Address: Sendable, Hashable, CustomStringConvertible {
        /// A name or an address; IPv6 without its brackets.
        public var host: String
        /// 0 lets the system choose.
        public var port: Int

        /// Makes an address of its parts.
        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// Whether only this machine reaches it.
        var isLoopback: Bool { host == "localhost" || PeerAddress(host)?.isLoopback == true }

        /// Whether who listens on the one may get what is meant for the other.
        func overlaps(_ other: Address) -> Bool {
            let isAnywhere = [host, other.host].contains { ["0.0.0.0", "::"].contains($0) }
            return port == other.port && port != 0 && (isAnywhere || host == other.host)
        }

        public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    /// Where a secret is kept.
    public enum SecretPlace: Sendable, Hashable {
        /// In the file at that path, or in that environment variable.
        case file(String), variable(String)
        /// In that line of the configuration.
        case line(Int)
    }

    /// One of our WhatsApp numbers.
    public struct Account: Sendable {
        /// The address and the credential of its requests.
        public var endpoint: ProviderAccount
        /// Where the API key is kept.
        public var keyPlace: SecretPlace?
        /// What the provider shows us with each webhook; nil where the webhook is open to anybody.
        public var webhookSecret: Secret?
        /// Where webhooks may come from; empty means anywhere.
        public var allowFrom: [AddressRange] = []
        /// The most sends in a second; nil where there is no ceiling.
        public var rate: Double?
        /// How long a send may take.
        public var timeout = Duration.seconds(10)
        /// What becomes of sends whose outcome nobody knows.
        public var onUnknown = UnknownPolicy.hold

        /// Makes an account with the usual limits.
        public init(endpoint: ProviderAccount, webhookSecret: Secret?) {
            self.endpoint = endpoint
            self.webhookSecret = webhookSecret
        }

        /// The account's number.
        public var number: String { endpoint.number }
    }

    /// Where webhooks arrive.
    public var listen = Address(host: "127.0.0.1", port: 8080)
    /// Where metrics, API and console are; nil for nowhere.
    public var admin: Address?
    /// What a caller shows for all of that but the metrics; without one there are the metrics alone.
    public var adminToken: Secret?
    /// The log is of this level and above.
    public var logLevel = Logger.Level.info
    /// Where alerts are posted; a secret, for such links let anybody post who knows them.
    public var alertURL: Secret?
    /// The proxies that are believed when they say where a request came from.
    public var trustedProxies: [AddressRange] = []
    /// The database file.
    public var database: String
    /// The rules: a file or a folder.
    public var rules: String
    /// The fallback where neither rule nor file names one.
    public var expired: TemplateMessage?
    /// Older messages are never answered with text.
    public var maxAge = Window.length
    /// Against other people's robots; nil for none.
    public var loopGuard: LoopGuard? = LoopGuard()
    /// How long messages and what came of them are kept.
    public var retention = Duration.days(90)
    /// Quiet after a person answers from another tool.
    public var takeoverPause = Duration.minutes(30)
    /// What connections, webhooks and waiting answers may take in memory, in bytes, on top of replyd itself and its
    /// rules: half is for connections and webhooks, half for what waits.
    public var memoryLimit = 256 << 20
    /// How many webhooks may be under way before more are turned away with 429.
    public var webhookConcurrency = 2048
    /// Our numbers.
    public var accounts: [Account]

    /// Makes a configuration with the usual settings.
    public init(database: String, rules: String, accounts: [Account]) {
        self.database = database
        self.rules = rules
        self.accounts = accounts
    }

    /// What one waiting entry takes, in bytes; somewhat less has been measured.
    static let entryCost = 512

    /// How many messages and entries of one account may wait: each has an even share.
    public var waitingLimit: Int { max(1, memoryLimit / 2 / Self.entryCost / max(1, accounts.count)) }

    /// What it says about deciding.
    public var policy: DecisionPolicy {
        DecisionPolicy(maxAge: maxAge, expired: expired, accounts: Set(accounts.map(\.number)), loopGuard: loopGuard)
    }
}
