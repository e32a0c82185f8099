import Daemon
import Foundation
import HTTPTransport
import Providers
import Responder
import Store

/// How a daemon, its accounts and its database are, as `replyd status` shows it.
struct StatusReport {
    struct Account {
        var number: String
        var provider: String
        /// So many of its entries may wait before its webhooks are turned away.
        var limit = Int.max
    }

    /// The configuration, as it was given.
    var config: String
    var listen: Configuration.Address
    /// The process that serves from the database.
    var process: Int32?
    var probe: DaemonProbe
    var accounts: [Account]
    /// nil where the database can't be read.
    var overview: Overview?
    /// Why it can't.
    var storeFailure: String?
    /// Whether whoever asks may not look into the database, nor see who serves from it.
    var isForbidden = false
    var database: String
    /// In bytes.
    var size: Int
    /// In bytes.
    var free: Int?
    var now: Timestamp
    /// By whose clock times are shown.
    var zone = Zone.utc

    func stop(_ account: Account) -> StoppedAccount? {
        overview?.stopped.first { $0.number == account.number }
    }

    func open(_ account: Account) -> Overview.Open {
        overview?.open[account.number] ?? .init()
    }
}

extension StatusReport {
    /// Asks the daemon, and looks into the database beside it.
    init(_ configuration: Configuration, file: String, _ transport: HTTPTransport) async {
        config = file
        now = .now
        listen = configuration.listen
        database = configuration.database
        zone = configuration.rulesZone()
        accounts = configuration.accounts.map {
            Account(
                number: $0.number, provider: $0.endpoint.provider.rawValue, limit: configuration.waitingLimit)
        }
        probe = await DaemonProbe(configuration.listen, transport)
        do throws(StoreError) {
            overview = try await Store(besideDaemonAt: database).overview(at: now)
        } catch {
            storeFailure = "\(error)"
            isForbidden = error == .forbidden(path: database)
        }
        process = Store.daemon(ofDatabase: database)
        size = Store.size(ofDatabase: database)
        free = FileManager.default.freeSpace(for: database)
    }
}
