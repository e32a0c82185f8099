import ArgumentParser
import Daemon
import Foundation
import Logging
import Providers
import Sandbox
import ServiceLifecycle
import UnixSignals

struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Run a stand-in for the providers on this machine.",
        discussion: """
            Example:
              replyd sandbox \\
                --account '972771234567=http://127.0.0.1:8080/webhook/972771234567?key=KEY'

            Open http://127.0.0.1:9090/ to write as a contact, see what was sent, and make things go wrong.
            Accounts in replyd.yaml reach it by base_url:
              99digital   http://127.0.0.1:9090/whatsapp/v2
              019sms      http://127.0.0.1:9090/api/whatsapp
              019sms-v2   http://127.0.0.1:9090/whatsapp-api
              meta        http://127.0.0.1:9090 (with --provider meta; the account's number is its phone_number_id)
            """
    )

    @Option(help: ArgumentHelp("Where to listen.", valueName: "host:port"))
    var listen = "127.0.0.1:9090"

    @Option(help: ArgumentHelp("An account and where its webhooks go; may be repeated.", valueName: "number=url"))
    var account: [String] = []

    @Option(
        help: ArgumentHelp(
            "The provider that the accounts are at; those of the resellers are alike.", valueName: "name"))
    var provider = Provider.ninetyNineDigital.rawValue

    @Option(
        help: ArgumentHelp("What the webhooks of meta are signed with: app_secret in replyd.yaml.", valueName: "secret")
    )
    var appSecret = "sandbox-secret"

    @Option(help: ArgumentHelp("The only API key that is accepted for every account.", valueName: "key"))
    var key: String?

    @Option(help: "What the waits between tries of a webhook (up to 24 hours) are multiplied by.")
    var timeScale = 1.0

    private var address: (host: String, port: Int)? {
        guard let colon = listen.lastIndex(of: ":"), let port = Int(listen[listen.index(after: colon)...]) else {
            return nil
        }
        return (String(listen[..<colon]), port)
    }

    private var accounts: [SandboxAccount] {
        account.map { text in
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            let number = parts.first ?? ""
            return SandboxAccount(
                number: number, key: key, webhook: parts.count > 1 ? parts[1] : nil,
                meta: provider == Provider.meta.rawValue ? .init(phoneNumberID: number, appSecret: appSecret) : nil)
        }
    }

    func validate() throws {
        guard address != nil else {
            throw ValidationError("--listen is a host and a port, like 127.0.0.1:9090")
        }
        let names = Provider.allCases.map(\.rawValue)
        guard names.contains(provider) else {
            throw ValidationError("'\(provider)' is no provider. One of: \(names.joined(separator: ", ")).")
        }
        let accounts = accounts
        for account in accounts
        where !account.number.allSatisfy({ $0.isASCII && $0.isNumber }) || !(5...20).contains(account.number.count)
            || account.webhook.map({ !$0.hasPrefix("http://") && !$0.hasPrefix("https://") }) ?? false
        {
            throw ValidationError("--account is a number and, behind '=', a link: 972771234567=http://127.0.0.1:8080/…")
        }
        guard Set(accounts.map(\.number)).count == accounts.count else {
            throw ValidationError("an account is given twice")
        }
    }

    func run() async throws {
        guard let (host, port) = address else { return }
        let sandbox = Sandbox(host: host, port: port, accounts: accounts, timeScale: timeScale) { port in
            complain("sandbox: http://\(host):\(port)/")
        }
        var group = ServiceGroupConfiguration(
            services: [sandbox], gracefulShutdownSignals: [.sigterm, .sigint],
            logger: .init(label: "sandbox") { _ in
                SwiftLogNoOpLogHandler()
            }
        )
        group.maximumGracefulShutdownDuration = .seconds(2)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch let error as POSIXError {
            let address = Configuration.Address(host: host, port: port)
            complain("replyd: \(ListenError(address: address, key: "--listen", code: error.code.rawValue))")
            throw ExitCode.misconfigured
        }
    }
}
