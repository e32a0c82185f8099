import ArgumentParser
import Daemon
import Responder
import RuleFiles

extension Configuration {
    /// The configuration at `path` but for its secrets, which need not be there for who asks nobody but the database; or
    /// an end with status 78 and everything that is wrong with it.
    static func withoutSecrets(at path: String) throws -> Configuration {
        let loaded = ConfigurationLoader(secrets: .notNeeded).load(path: path)
        guard let configuration = loaded.configuration else {
            complain(loaded.report())
            throw ExitCode.misconfigured
        }
        return configuration
    }

    /// Reads the rules from disk for the zone of their hours, in which times are shown; UTC if they name none or can't
    /// be used.
    func rulesZone() -> Zone { RuleSetLoader.load(paths: [rules]).ruleSet?.zone ?? .utc }
}

extension RuleSet {
    /// The rules at `path`, or an end with status 78 and everything that is wrong with them.
    static func loading(_ path: String) throws -> RuleSet {
        let loaded = RuleSetLoader.load(paths: [path])
        if !loaded.diagnostics.isEmpty { complain(loaded.report()) }
        guard let rules = loaded.ruleSet else { throw ExitCode.misconfigured }
        return rules
    }
}
