import ArgumentParser
import Daemon
import Foundation
import HTTPTransport
import Providers
import Responder
import Store

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show how the daemon, its accounts and its database are.",
        discussion: """
            Example:  replyd status --config /etc/replyd/replyd.yaml

            Ends with status 0 where everything is in order, 78 where the configuration can't be read, and 1 where \
            something needs a person: replyd does not run or stores nothing, changed rules are wrong, an account is \
            stopped, messages are not decided, or entries are held or were given up within a week and neither \
            released nor dropped since. Needs none of the secrets of the configuration.
            """
    )

    @OptionGroup var config: ConfigOption

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "Print nothing, only tell by the status whether the daemon answers: for health checks of containers.")
    var alive = false

    func run() async throws {
        let configuration = try Configuration.withoutSecrets(at: config.path)
        let transport = HTTPTransport(userAgent: "replyd/\(Daemon.version)")
        defer { transport.close() }
        if alive {
            guard await DaemonProbe.isAlive(configuration.listen, transport) else { throw ExitCode.notFine }
            return
        }
        let report = await StatusReport(configuration, file: config.path, transport)
        if json { printLine(report.json) } else { printText(report.text(.output)) }
        guard report.problems.isEmpty else { throw ExitCode.notFine }
    }
}

extension StatusReport {
    /// Asks the daemon, and looks into the database beside it.
    init(_ configuration: Configuration, file: String, _ transport: HTTPTransport) async {
        config = file
        now = .now
        listen = configuration.listen
        database = configuration.database
        zone = configuration.zone
        accounts = configuration.accounts.map {
            Account(
                number: $0.number, provider: $0.provider.provider.rawValue, limit: configuration.waitingLimit)
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

extension FileManager {
    /// How many bytes whoever runs this may still write beside that file; nil where nobody can tell.
    func freeSpace(for file: String) -> Int? {
        let folder = (file as NSString).deletingLastPathComponent
        var status = statvfs()
        guard statvfs(folder.isEmpty ? "." : folder, &status) == 0 else { return nil }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }
}
