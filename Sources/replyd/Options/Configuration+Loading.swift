import ArgumentParser
import Daemon
import Responder
import RuleFiles

extension Configuration {
    /// Loads the configuration at `path` without its secrets, which a command that only reads the database does not
    /// need.
    ///
    /// - Throws: Exit status 78, after printing all errors, if the configuration can't be used.
    static func withoutSecrets(at path: String) throws -> Configuration {
        let loaded = ConfigurationLoader(secrets: .notNeeded).load(path: path)
        guard let configuration = loaded.configuration else {
            complain(loaded.report())
            throw ExitCode.misconfigured
        }
        return configuration
    }

    /// Loads the rules from disk and returns the time zone of their hours, in which times are shown; UTC if the rules
    /// name none or can't be used.
    func rulesZone() -> Zone { loadingRules().ruleSet?.zone ?? .utc }

    /// Reads the rules as they are on disk.
    func loadingRules() -> LoadedRules { RuleSetLoader.load(paths: [rules]) }
}

extension RuleSet {
    /// Loads the rules at `path`, and prints all diagnostics about them.
    ///
    /// - Throws: Exit status 78 if the rules can't be used.
    static func loading(_ path: String) throws -> RuleSet {
        let loaded = RuleSetLoader.load(paths: [path])
        if !loaded.diagnostics.isEmpty { complain(loaded.report()) }
        guard let rules = loaded.ruleSet else { throw ExitCode.misconfigured }
        return rules
    }
}
