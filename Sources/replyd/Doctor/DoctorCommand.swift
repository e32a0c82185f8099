import ArgumentParser
import Daemon
import HTTPTransport
import RuleFiles

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look for what is wrong with the set-up, and say how to mend it.",
        discussion: """
            Example:  replyd doctor --config /etc/replyd/replyd.yaml

            Looks at the configuration, the rules, the database, the disk, the clock, who may read which file, the \
            daemon and its port, and asks each provider whether it takes the API key, where it delivers webhooks, and \
            whether it has the templates that the rules name. \
            Sends nothing to anybody and changes nothing. Ends with status 0 where nothing is wrong, 1 where something \
            is (also where no daemon runs), 78 where the configuration can't be read.
            """
    )

    @OptionGroup var config: ConfigOption

    func run() async throws {
        let loaded = ConfigurationLoader().load(path: config.path)
        guard let configuration = loaded.configuration else {
            complain(loaded.report())
            throw ExitCode.misconfigured
        }
        let transport = ProviderCall.transport()
        defer { transport.close() }
        let checkup = Checkup(loaded: loaded, configuration: configuration, file: config.path)
        var isFine = true
        func show(_ findings: [Finding]) {
            for finding in findings { printText(finding.text(.output)) }
            isFine = isFine && !findings.contains { $0.severity == .wrong }
        }
        // The checks run one after another, and each finding is shown when it is known, because a provider may be slow.
        show(checkup.configurationFile())
        show(checkup.rules())
        show(await checkup.database())
        show(checkup.disk())
        show(checkup.clock())
        show(await checkup.daemon(transport))
        for account in configuration.accounts {
            show(
                await AccountCheckup(
                    call: ProviderCall(account: account, transport: transport), file: config.path,
                    listen: configuration.listen, rules: checkup.loadedRules.ruleSet, expired: configuration.expired
                )
                .findings())
        }
        guard isFine else { throw ExitCode.notFine }
    }
}
