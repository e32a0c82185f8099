public import Logging
public import Providers
public import Responder

/// The settings in `replyd.yaml`.
public struct Configuration: Sendable {
    /// A host and a port to listen on.
    public struct Address: Sendable, Hashable, CustomStringConvertible {
        /// A host name or an IP address; IPv6 without its brackets.
        public var host: String
        /// The port; 0 lets the system choose one.
        public var port: Int

        /// Creates an address to listen on.
        public init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// Whether only this machine can reach it.
        var isLoopback: Bool { host == "localhost" || PeerAddress(host)?.isLoopback == true }

        /// Whether a server that listens on one of the two may get connections that are meant for the other.
        func overlaps(_ other: Address) -> Bool {
            let isAnywhere = [host, other.host].contains { ["0.0.0.0", "::"].contains($0) }
            return port == other.port && port != 0 && (isAnywhere || host == other.host)
        }

        /// The address like `127.0.0.1:8080` or `[::1]:8080`.
        public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    /// The place of a secret.
    public enum SecretPlace: Sendable, Hashable {
        /// A file by its path, or an environment variable by its name.
        case file(String), variable(String)
        /// A line of the configuration file, counted from 1.
        case line(Int)
    }

    /// The ways to show choices.
    public enum ChoiceStyle: String, Sendable, CaseIterable {
        /// Buttons and lists, if the provider has them.
        case buttons
        /// A text whose choices have numbers.
        case numbers
    }

    /// One of our WhatsApp numbers.
    public struct Account: Sendable {
        /// The address and the credential of its requests.
        public var endpoint: ProviderAccount
        /// The place of the API key; `nil` if it is unknown.
        public var keyPlace: SecretPlace?
        /// The secret that the provider shows with each webhook; `nil` if the webhook is open to anybody.
        public var webhookSecret: Secret?
        /// The addresses that webhooks may come from; empty if they may come from anywhere.
        public var allowFrom: [AddressRange] = []
        /// The most sends in a second; `nil` if there is no ceiling.
        public var rate: Double?
        /// The time limit of a send.
        public var timeout = Duration.seconds(10)
        /// The policy for sends with an unknown outcome.
        public var onUnknown = UnknownPolicy.hold
        /// The secrets that only accounts of this provider have, by their key.
        public var secrets: [String: [Secret]] = [:]
        /// Whether text is tried once although the window has shut by our clock.
        public var triesShutWindow = false
        /// Whether messages are marked as read once they are decided, and typing is shown while an answer is made.
        public var marksRead = false
        /// The messages that the account may send in a period; `nil` for any number.
        public var budget: Budget?
        /// What the account's messages cost; `nil` if that is not known.
        public var prices: Prices?
        /// The way in which the contacts of this account see choices.
        public var choices = ChoiceStyle.buttons

        /// Whether anybody can post webhooks in a contact's name.
        public var isWebhookOpen: Bool { webhookSecret == nil && endpoint.provider.webhookProof == .key }

        /// The kinds of messages that the account's contacts see.
        public var abilities: LineAbilities {
            var abilities = endpoint.provider.abilities
            if choices == .numbers { abilities.showsChoices = false }
            abilities.triesShutWindow = triesShutWindow
            return abilities
        }

        /// Creates an account with the usual limits.
        public init(endpoint: ProviderAccount, webhookSecret: Secret?) {
            self.endpoint = endpoint
            self.webhookSecret = webhookSecret
        }

        /// The account's number.
        public var number: String { endpoint.number }
    }

    /// The path of the configuration file, as it was given.
    public var file = "replyd.yaml"
    /// The address at which webhooks arrive.
    public var listen = Address(host: "127.0.0.1", port: 8080)
    /// The address of metrics, API and console; `nil` if there are none.
    public var admin: Address?
    /// The token that a client shows for the API and the console; `nil` if there are metrics alone.
    public var adminToken: Secret?
    /// The lowest level that is logged.
    public var logLevel = Logger.Level.info
    /// The link to which alerts are posted; `nil` for no alerts. It is a secret, because anybody who knows it can post
    /// to it.
    public var alertURL: Secret?
    /// The proxies that are trusted to say where a request came from.
    public var trustedProxies: [AddressRange] = []
    /// The path of the database file.
    public var database: String
    /// The path of the database that a dry run uses in its place.
    public var dryRunDatabase: String { database + ".dry-run" }
    /// The path of the rules, a file or a folder.
    public var rules: String
    /// The fallback if neither the rule nor its file names one; `nil` for none.
    public var expired: TemplateMessage?
    /// The age beyond which a message is never answered with text.
    public var maxAge = Window.length
    /// The guard against other people's robots; `nil` for none.
    public var loopGuard: LoopGuard? = LoopGuard()
    /// The time for which messages and their outcomes are kept.
    public var retention = Duration.days(90)
    /// The time that the bot is quiet after a person has answered from another tool.
    public var takeoverPause = Duration.minutes(30)
    /// The memory that connections, webhooks and waiting answers may take, in bytes, on top of replyd itself and its
    /// rules. Half of it is for connections and webhooks, half for waiting answers.
    public var memoryLimit = 256 << 20
    /// The number of webhooks that may be in flight; more are turned away with 429.
    public var webhookConcurrency = 2048
    /// The accounts.
    public var accounts: [Account]

    /// Creates a configuration with the usual settings.
    public init(database: String, rules: String, accounts: [Account]) {
        self.database = database
        self.rules = rules
        self.accounts = accounts
    }

    /// The memory that one waiting entry takes, in bytes; somewhat less has been measured.
    static let entryCost = 512

    /// The number of messages and entries of one account that may wait: each account has an even share of the memory.
    public var waitingLimit: Int { max(1, memoryLimit / 2 / Self.entryCost / max(1, accounts.count)) }

    /// Returns the account of that number, written in any way (``WrittenNumber``); `nil` if there is none.
    public func account(written number: String) -> Account? {
        guard let written = WrittenNumber(number) else { return nil }
        return accounts.first { written.names($0.number, at: $0.number) }
    }

    /// The settings for decisions.
    public var policy: DecisionPolicy {
        var policy = DecisionPolicy(
            maxAge: maxAge, expired: expired, accounts: Set(accounts.map(\.number)), loopGuard: loopGuard)
        for account in accounts { policy.lines[account.number] = account.abilities }
        return policy
    }
}
