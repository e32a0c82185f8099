import Daemon
import Foundation
import HTTPTransport
import Providers
import Responder
import RuleFiles
import Store

/// The checks of `replyd doctor` on this machine.
struct Checkup {
    let loaded: LoadedConfiguration
    let configuration: Configuration
    /// The path of the configuration, as it was given.
    let file: String
    private let installation: Installation
    let loadedRules: LoadedRules
    /// The time zone in which times are shown.
    private let zone: Zone

    init(loaded: LoadedConfiguration, configuration: Configuration, file: String) {
        self.loaded = loaded
        self.configuration = configuration
        self.file = file
        installation = Installation(of: file)
        loadedRules = RuleSetLoader.load(paths: [configuration.rules])
        zone = loadedRules.ruleSet?.zone ?? .utc
    }

    // MARK: Files

    func configurationFile() -> [Finding] {
        let accounts = counted(configuration.accounts.count, "account")
        var findings = [Finding.fine("configuration", "\(file), \(accounts)")]
        for diagnostic in loaded.diagnostics {
            let isWrong = diagnostic.code == ConfigurationLoader.openSecret
            findings.append(
                isWrong
                    ? .wrong("configuration", diagnostic.headline, do: diagnostic.hint)
                    : .warning("configuration", diagnostic.headline, do: diagnostic.hint))
        }
        if Self.mode(of: file) & 0o002 != 0 {
            findings.append(
                .wrong("configuration", "everybody on this machine can change it", do: "chmod o-w \(file)"))
        }
        return findings
    }

    func rules() -> [Finding] {
        guard let rules = loadedRules.ruleSet else {
            let errors = loadedRules.diagnostics.count { $0.severity == .error }
            return [
                .wrong(
                    "rules", "\(configuration.rules) can't be used: \(counted(errors, "error"))",
                    do: "replyd check --config \(file)")
            ]
        }
        var findings = [
            Finding.fine(
                "rules", "\(configuration.rules), \(counted(rules.rules.count, "rule")), revision \(rules.revision)")
        ]
        if !loadedRules.diagnostics.isEmpty {
            findings.append(
                .warning(
                    "rules", counted(loadedRules.diagnostics.count, "warning"), do: "replyd check --config \(file)"))
        }
        if Self.mode(of: configuration.rules) & 0o002 != 0 {
            findings.append(
                .wrong(
                    "rules", "everybody on this machine can change them", do: "chmod -R o-w \(configuration.rules)"))
        }
        return findings
    }

    func database() async -> [Finding] {
        let path = configuration.database
        let folder = (path as NSString).deletingLastPathComponent
        guard FileManager.default.fileExists(atPath: path) else {
            guard FileManager.default.fileExists(atPath: folder.isEmpty ? "." : folder) else {
                return [
                    .wrong(
                        "database", "there is no folder \(folder) for it",
                        do: "make it, for the user that replyd runs as: install -d -m 700 -o replyd \(folder)")
                ]
            }
            return [.fine("database", "there is none yet; replyd serve makes \(path)")]
        }
        var findings: [Finding] = []
        do throws(StoreError) {
            let store = try Store(besideDaemonAt: path)
            let damage = try await store.damage()
            if damage.isEmpty {
                let size = StatusReport.amount(Store.size(ofDatabase: path))
                findings.append(.fine("database", "\(path), \(size), sound"))
            } else {
                findings.append(
                    .wrong(
                        "database", "\(path) is damaged: \(damage.joined(separator: "; "))",
                        do:
                            "look into the disk (dmesg), stop replyd, remove \(path)-wal and \(path)-shm, put your latest backup in the place of \(path), then: \(installation.start)"
                    ))
            }
            // The daemon may have been started with another key than the one in the present configuration.
            let accounts = configuration.accounts.map(\.number)
            for stopped in try await store.stoppedAccounts() where accounts.contains(stopped.number) {
                findings.append(
                    .wrong(
                        "account \(stopped.number)",
                        "replyd has stopped sending since \(zone.time(stopped.stoppedAt)) (\(zone.name)): \(stopped.reason)",
                        do:
                            "mend what is said of the account below; where nothing is, it was started with something else: \(installation.restart)"
                    ))
            }
        } catch {
            findings.append(.wrong("database", "\(error)", do: nil))
        }
        if Self.mode(of: path) & 0o077 != 0 {
            findings.append(
                .wrong("database", "others than its owner may read what customers wrote", do: "chmod 600 \(path)*"))
        }
        // If root copied the files back, for example, the service, which runs as the owner of the folder, can't open
        // them.
        let owner = Self.owner(of: folder.isEmpty ? "." : folder)
        let foreign = [path, path + "-wal", path + "-shm"].filter { Self.owner(of: $0).map { $0 != owner } ?? false }
        if let owner, owner != 0, !foreign.isEmpty {
            findings.append(
                .wrong(
                    "database", "\(foreign.joined(separator: ", ")): of another owner than the folder",
                    do: "chown --reference=\(folder.isEmpty ? "." : folder) \(foreign.joined(separator: " "))"))
        }
        return findings
    }

    private static func owner(of path: String) -> uid_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_uid : nil
    }

    private static func mode(of path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode : 0
    }

    // MARK: Machine

    func disk() -> [Finding] {
        guard let free = FileManager.default.freeSpace(for: configuration.database) else { return [] }
        let text = "\(StatusReport.amount(free)) free beside the database"
        let remedy = "make room, or put `database` of \(file) on a larger disk: on a full one no webhook can be stored"
        switch free {
        case ..<(100 << 20): return [.wrong("disk", text, do: remedy)]
        case ..<(1 << 30): return [.warning("disk", text, do: remedy)]
        default: return [.fine("disk", text)]
        }
    }

    /// The earliest time that a right clock can show: 2026-01-01.
    private static let earliest = Timestamp(seconds: 1_767_225_600)

    func clock(now: Timestamp = .now, zone: Zone? = Zone("Asia/Jerusalem")) -> [Finding] {
        var findings: [Finding] = []
        if now < Self.earliest {
            findings.append(
                .wrong(
                    "clock", "it shows \(self.zone.time(now)) (\(self.zone.name))",
                    do: "set it, and keep it right: timedatectl set-ntp true"))
        }
        // 14:00 in winter, 15:00 in summer. Foundation brings its own time zones, whatever the machine has.
        let hours = [1_768_478_400, 1_784_116_800].map { zone?.local(Timestamp(seconds: $0)).minute }
        if hours != [14 * 60, 15 * 60] {
            findings.append(
                .wrong(
                    "clock", "replyd does not know its time zones: `hours` would be wrong",
                    do: "install replyd anew, as it was built: it brings its time zones along"))
        }
        return findings.isEmpty
            ? [.fine("clock", "\(self.zone.time(now)) (\(self.zone.name)), time zones known")] : findings
    }

    // MARK: Daemon

    func daemon(_ transport: HTTPTransport) async -> [Finding] {
        let listen = configuration.listen
        let start = installation.start
        switch (ControlClient(database: configuration.database).process(), await DaemonProbe(listen, transport)) {
        case (nil, .nobody), (nil, .unknownPort):
            return [.wrong("daemon", "it does not run", do: start)]
        case (nil, .replyd) where ControlClient(database: configuration.dryRunDatabase).process() != nil:
            return [.wrong("daemon", "only a dry run answers at \(listen)", do: "stop it; then: \(start)")]
        case (nil, .replyd):
            return [
                .wrong(
                    "daemon", "a replyd with another database answers at \(listen)",
                    do: "stop that one, or change `listen` in \(file)")
            ]
        case (nil, .stranger):
            return [
                .wrong(
                    "daemon", "it does not run, and another program answers at \(listen)",
                    do: "stop that program, or change `listen` in \(file); then: \(start)")
            ]
        case (let process?, .nobody(let why)):
            return [
                .wrong(
                    "daemon", "process \(process) does not answer at \(listen): \(why)",
                    do: "where `listen` was changed since it started: \(installation.restart)")
            ]
        case (let process?, .stranger):
            return [
                .wrong(
                    "daemon", "process \(process) runs, but another program answers at \(listen)",
                    do: "where `listen` was changed since it started: \(installation.restart)")
            ]
        case (let process?, .unknownPort):
            return [
                .warning(
                    "daemon", "process \(process) listens at a port that nobody knows",
                    do: "give `listen` a port other than 0 in \(file), then: \(installation.restart)")
            ]
        case (let process?, .replyd(let readiness)):
            if let failure = readiness.storeFailure { return [.wrong("daemon", failure, do: nil)] }
            if readiness.errors > 0 {
                return [
                    .warning(
                        "daemon",
                        "process \(process) goes on with the rules of revision \(readiness.revision): the changed ones are wrong",
                        do: "replyd check --config \(file)")
                ]
            }
            return [.fine("daemon", "process \(process) is ready at \(listen)")]
        }
    }
}
