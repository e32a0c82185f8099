import JSONText
import SeededRandom
import ArgumentParser
import CMalloc
import Foundation
import Matching
import Providers
import Responder
import RuleFiles

/// Measures the pure parts of replyd, one after another in one process, and prints one JSON object a line:
/// `{"name": …, "rules": N, "nanoseconds": [run, …]}`, nanoseconds of processor time a message.
@main
struct Measure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure", abstract: "Measure folding, matching, deciding, parsing and loading.")

    @Option(help: "How often each is measured.")
    var runs = 5

    @Option(help: "Only what has this in its name.")
    var only: String?

    func run() throws {
        var random = SeededRandom(seed: 1)
        let messages = Texts.messages(1000, using: &random)
        measure("fold", messages.count) { for message in messages { sink(FoldedText(message).bytes.count) } }
        try measureParsing(messages)
        for kind in RuleKind.allCases {
            for count in [10, 100, 1000, 10_000] { try measureDeciding(kind, count, messages) }
        }
    }

    private func measureParsing(_ messages: [String]) throws {
        let bodies = messages.enumerated().map { number, text in
            JSON.object([
                "hook": "new", "unique": .string("3EB0\(number)"), "from": "972501234567", "to": "972771234567",
                "from_id": "9725@c.us", "senderName": "Dana", "type": "text", "body": .string(text),
                "timestamp": .integer(1_780_000_000), "phone": "972501234567",
            ]).encoded
        }
        measure("parse webhook", bodies.count) {
            for body in bodies {
                let event = try? WebhookEvent(
                    parsing: body, account: "972771234567", at: Timestamp(seconds: 1_780_000_000))
                sink(event == nil ? 0 : 1)
            }
        }
    }

    private func measureDeciding(_ kind: RuleKind, _ count: Int, _ messages: [String]) throws {
        guard isWanted("decide \(kind)") else { return }
        var random = SeededRandom(seed: 2)
        let (text, hits) = Texts.rules(kind, count, using: &random)
        let source = SourceFile(path: "rules.yaml", text: text)
        let start = processorTime()
        let before = residentBytes()
        guard let rules = RuleSetLoader.load([source]).ruleSet else { fatalError("the rules are wrong") }
        let loading = processorTime() - start
        give_back_free_memory()
        print(
            #"{"name": "load \#(kind)", "rules": \#(count), "nanoseconds": [\#(loading)], "bytes": \#(residentBytes() - before)}"#
        )
        let now = Timestamp(seconds: 1_780_000_000)
        let policy = DecisionPolicy(accounts: ["972771234567"])
        let texts = Texts.messages(1000, holding: hits, using: &random)
        let inbound = texts.enumerated().map { number, text in
            Message(
                account: "972771234567", unique: "C\(number)",
                contact: Contact(id: nil, number: "972501234567", address: "972501234567", name: "Dana"),
                type: .text, body: text, timestamp: now)
        }
        var conversation = Conversation()
        conversation.window.recordMessage(at: now)
        var answered = 0
        measure("decide \(kind)", inbound.count, rules: count) {
            answered = 0
            for message in inbound {
                let decision = decide(message, in: conversation, by: rules, policy: policy, at: now)
                if decision.rule != nil { answered += 1 }
            }
        }
        print(
            #"{"name": "answered \#(kind)", "rules": \#(count), "share": \#(Double(answered) / Double(inbound.count))}"#
        )
    }

    private func measure(_ name: String, _ count: Int, rules: Int = 0, _ body: () -> Void) {
        guard isWanted(name) else { return }
        body()
        let times = (0..<runs).map { _ -> Double in
            let start = processorTime()
            body()
            return Double(processorTime() - start) / Double(count)
        }
        let list = times.map { String(format: "%.0f", $0) }.joined(separator: ", ")
        print(#"{"name": "\#(name)", "rules": \#(rules), "nanoseconds": [\#(list)]}"#)
    }

    private func isWanted(_ name: String) -> Bool { only.map(name.contains) ?? true }

    /// Returns the resident memory of the process, in bytes (`/proc/self/statm`).
    private func residentBytes() -> Int {
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 : 0
    }
}

/// Returns the processor time of this process, in nanoseconds. Other processes on the machine do not count.
private func processorTime() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

/// Keeps the compiler from optimising away the code that is measured.
@inline(never)
func sink(_ value: Int) { total &+= value }
nonisolated(unsafe) private var total = 0
