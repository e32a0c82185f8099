import Daemon
import Foundation
import HTTPTransport
import Providers
import Responder
import RuleFiles
import Store

/// The state of a daemon, its accounts and its database, as `replyd status` shows it.
struct StatusReport {
    struct Account {
        var number: String
        var provider: String
    }

    /// The path of the configuration, as it was given.
    var config: String
    var listen: Configuration.Address
    /// The process that serves from the database.
    var process: Int32?
    /// The process of a dry run with the same configuration, which has a database of its own.
    var dryRun: Int32?
    var probe: DaemonProbe
    var accounts: [Account]
    /// The number of entries of an account that may wait before its webhooks are turned away.
    var limit = Int.max
    /// The budgets that are spent.
    var spentBudgets: [Problem] = []
    /// The counts from the database; `nil` if it can't be read.
    var overview: Overview?
    /// The reason why the database can't be read.
    var storeFailure: String?
    /// Whether the current user may neither read the database nor see the process that serves from it.
    var isForbidden = false
    var database: String
    /// The size of the database, in bytes.
    var size: Int
    /// The free space beside the database, in bytes; `nil` if it is unknown.
    var free: Int?
    var now: Timestamp
    /// The number of errors in the rules as they are on disk.
    var ruleErrors = 0
    /// The time zone in which times are shown.
    var zone = Zone.utc

    /// Whether a daemon serves from the database, as far as it can be told.
    var isServed: Bool { process != nil || isForbidden }

    func stop(_ account: Account) -> StoppedAccount? {
        overview?.stopped.first { $0.number == account.number }
    }

    func open(_ account: Account) -> Overview.Open {
        overview?.open[account.number] ?? .init()
    }
}

extension StatusReport {
    /// Asks the daemon, and reads the database beside it.
    init(_ configuration: Configuration, file: String, _ transport: HTTPTransport) async {
        config = file
        now = .now
        listen = configuration.listen
        database = configuration.database
        let rules = configuration.loadingRules()
        zone = rules.ruleSet?.zone ?? .utc
        ruleErrors = rules.diagnostics.count { $0.severity == .error }
        accounts = configuration.accounts.map {
            Account(number: $0.number, provider: $0.endpoint.provider.rawValue)
        }
        limit = configuration.waitingLimit
        probe = await DaemonProbe(configuration.listen, transport)
        do throws(StoreError) {
            let store = try Store(besideDaemonAt: database)
            overview = try await store.overview(at: now)
            var used: [String: Int] = [:]
            for account in configuration.accounts {
                guard let budget = account.budget else { continue }
                used[account.number] = try await store.messageCount(
                    of: account.number, since: budget.period.start(of: now))
            }
            spentBudgets = Problem.budgets(configuration.accounts, used: used)
        } catch {
            storeFailure = "\(error)"
            isForbidden = error == .forbidden(path: database)
        }
        process = ControlClient(database: database).process()
        dryRun = ControlClient(database: configuration.dryRunDatabase).process()
        size = Store.size(ofDatabase: database)
        free = FileManager.default.freeSpace(for: database)
    }
}
