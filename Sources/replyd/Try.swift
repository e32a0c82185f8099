import ArgumentParser
import Foundation
import Providers
import Responder
import RuleFiles

struct Try: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what the rules would answer to a message, and why.",
        discussion: """
            Example:  replyd try --why --at "2026-11-21 22:30" "מה שעות הפתיחה?"

            Decides exactly as the daemon does, for a contact who writes for the first time; sends nothing. Ends with \
            status 1 where the rules can't be used.
            """
    )

    @OptionGroup var rules: RuleOptions

    @Option(
        help: ArgumentHelp(
            "When the message comes: 2026-11-21 22:30, by the clock of the rules' hours.", valueName: "time"))
    var at: String?

    @Option(help: ArgumentHelp("The contact's number.", valueName: "number"))
    var from = "972500000000"

    @Option(help: ArgumentHelp("Whether the 24-hour window is open or expired.", valueName: "open|expired"))
    var window: Window = .open

    @Option(help: ArgumentHelp("The type of the message: text, image, button, …", valueName: "type"))
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

    func validate() throws {
        let types = MessageType.known.map(\.rawValue)
        guard types.contains(type) else {
            throw ValidationError("'\(type)' is not a type of message. One of: \(types.joined(separator: ", ")).")
        }
    }

    func run() throws {
        let ruleSet = try rules.load().ruleSet
        let now = try moment(ruleSet)
        let type = MessageType(rawValue: type)
        let hasText = [.text, .button, .list].contains(type)
        let number = from.filter { !"+- ()".contains($0) }
        let message = Message(
            account: "try", unique: "try", contact: Contact(number: number, address: number), type: type,
            body: hasText ? text : "", caption: hasText ? nil : text, timestamp: now
        )
        var conversation = Conversation()
        conversation.receive(message, isWindowOpen: window == .open, at: now)
        let policy = DecisionPolicy()
        let decision = decide(message, in: conversation, by: ruleSet, policy: policy, at: now)
        let all =
            why || json ? explain(message, in: conversation, by: ruleSet, policy: policy, at: now) : []
        let trial = Trial(decision: decision, explanations: all, now: now, zone: ruleSet.zone ?? .utc)
        if json { printLine(trial.json) } else { printText(trial.text(.output)) }
    }

    private func moment(_ ruleSet: RuleSet) throws -> Timestamp {
        guard let at else { return Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
        guard let moment = Timestamp(parsing: at, in: ruleSet.zone ?? .utc) else {
            complain("replyd: '\(at)' is no time. Write it like \"2026-11-21 22:30\".")
            throw ExitCode(64)
        }
        return moment
    }
}
