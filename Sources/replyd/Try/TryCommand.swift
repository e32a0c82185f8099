import ArgumentParser
import Daemon
import Foundation
import JSONText
import Providers
import Responder
import RuleFiles

struct TryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "try",
        abstract: "Show what the rules would answer to a message, and why.",
        discussion: """
            Example:  replyd try --why --at "2026-11-21 22:30" "מה שעות הפתיחה?"

            Decides exactly as the daemon does, for a contact who writes for the first time, or of whom that is known \
            what --state and --tag say; sends nothing. Ends with status 1 where the rules can't be used.
            """
    )

    @OptionGroup var rules: RuleOptions

    @Option(
        help: ArgumentHelp(
            "A configuration: its rules, where no others are given, and its fallback and bounds.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "When the message comes: 2026-11-21 22:30, or today at 22:30, by the clock of the rules' hours.",
            valueName: "time"))
    var at: String?

    @Option(help: ArgumentHelp("The contact's number.", valueName: "number"))
    var from = Contact.inventedNumber

    @Option(help: ArgumentHelp("Our number that gets the message; that of the first account.", valueName: "number"))
    var account: String?

    @Option(help: ArgumentHelp("The contact's name.", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("What rules have set before; may be repeated.", valueName: "name=value"))
    var state: [State] = []

    @Option(help: ArgumentHelp("A tag that rules have given before; may be repeated.", valueName: "tag"))
    var tag: [String] = []

    @Option(help: ArgumentHelp("The rule whose menu was sent before, so that numbers count.", valueName: "id"))
    var menu: String?

    @Option(help: ArgumentHelp("Whether the 24-hour window is open or expired.", valueName: "open|expired"))
    var window: Window = .open

    @Option(
        help: ArgumentHelp("The type of the message: text, image, button, …", valueName: "type"),
        completion: .list(MessageType.names))
    var type = "text"

    @Flag(help: "Print one JSON object instead.")
    var json = false

    @Flag(help: "Say of every rule why it does or does not answer.")
    var why = false

    @Argument(help: "What the contact writes.")
    var text: String

    enum Window: String, ExpressibleByArgument, CaseIterable {
        case open, expired
    }

    /// A value of the conversation's state, by its name.
    struct State: ExpressibleByArgument {
        var name: String
        var value: String

        init?(argument: String) {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else { return nil }
            (name, value) = (String(parts[0]), String(parts[1]))
        }
    }

    func validate() throws {
        guard WrittenNumber(from) != nil || WrittenNumber.isID(from) else {
            throw ValidationError("'\(from)' is no number of a contact. Write it like 052-111-2233 or 972521112233.")
        }
        if let account, WrittenNumber(account) == nil {
            throw ValidationError("'\(account)' is no number of ours. Write it like 972771234567.")
        }
        guard MessageType.names.contains(type) else {
            throw ValidationError(
                "'\(type)' is not a type of message. One of: \(MessageType.names.joined(separator: ", ")).")
        }
    }

    func run() throws {
        let configuration = try config.map(Configuration.withoutSecrets(at:))
        var rules = rules
        if let configuration, rules.rules.isEmpty { rules.rules = [configuration.rules] }
        let ruleSet = try rules.load().ruleSet
        let now = try moment(ruleSet)
        let account = account.map { WrittenNumber($0)?.whole(at: "") ?? $0 } ?? configuration?.accounts.first?.number
        if let configuration, let account, !configuration.accounts.contains(where: { $0.number == account }) {
            let known = configuration.accounts.map(\.number).joined(separator: ", ")
            complain("replyd: \(account) is no account of the configuration. One of: \(known).")
            throw ExitCode.validationFailure
        }
        var draft = Trial.Draft(text: text, contact: .invented(number: from, name: name, at: account ?? ""))
        draft.conversation.memory.tags = Set(tag)
        for each in state { draft.conversation.memory.state[each.name] = Memory.Value(text: each.value) }
        if let menu { draft.conversation.memory.menu = try sentMenu(menu, ruleSet, at: now) }
        draft.type = MessageType(rawValue: type)
        draft.isWindowOpen = window == .open
        if let account { draft.account = account }
        let policy = configuration?.policy ?? DecisionPolicy()
        let trial = Trial(draft, by: ruleSet, policy: policy, at: now, why: why || json)
        if json {
            printLine(trial.json.encodedText)
        } else {
            printText(trial.text(.output))
        }
    }

    private func sentMenu(_ rule: String, _ ruleSet: RuleSet, at now: Timestamp) throws -> SentMenu {
        let choices = ruleSet.rules.first { $0.id == rule }?.choices ?? []
        guard !choices.isEmpty else {
            let known = ruleSet.rules.filter { !$0.choices.isEmpty }.map(\.id).joined(separator: ", ")
            complain(
                "replyd: no rule '\(rule.safeLine.shortened(to: 60))' has a menu."
                    + (known.isEmpty ? "" : " One of: \(known)."))
            throw ExitCode.validationFailure
        }
        return SentMenu(choices: choices.map { Rule.choiceID(rule, $0.id) }, sentAt: now)
    }

    private func moment(_ ruleSet: RuleSet) throws -> Timestamp {
        let now = Timestamp.now
        guard let at else { return now }
        let zone = ruleSet.zone ?? .utc
        let today = zone.text(now).prefix(10)
        guard let moment = Timestamp(parsing: at, in: zone) ?? Timestamp(parsing: "\(today) \(at)", in: zone) else {
            complain(
                "replyd: '\(at.safeLine.shortened(to: 60))' is no time. Write it like \"2026-11-21 22:30\" or \"22:30\"."
            )
            throw ExitCode(64)
        }
        return moment
    }
}
