import Foundation
import Matching
public import Responder

/// The result of running a test.
public struct RuleTestResult: Sendable {
    /// The test.
    public var test: RuleTest
    /// The messages with an unexpected result; empty if the test passes.
    public var failures: [Failure] = []
    /// The rules that decided one of the test's messages.
    public var reached: Set<String> = []

    /// One message with an unexpected result.
    public struct Failure: Sendable {
        /// The place of the message in the rules file.
        public var place: Place
        /// The text that the contact writes.
        public var says: String
        /// The expected and the actual result, by line: `-` begins a line that is missing, `+` one that is there
        /// instead.
        public var difference: [String]
        /// The reasons: the result of each rule.
        public var why: [Explanation]
    }
}

/// Runs the tests of rules files, each on a clock and in conversations of its own.
public struct RuleTestRunner: Sendable {
    private let rules: RuleSet
    private let policy: DecisionPolicy

    /// Creates a runner for tests of these rules.
    public init(rules: RuleSet, policy: DecisionPolicy = DecisionPolicy()) {
        self.rules = rules
        self.policy = policy
    }

    /// The number of failed tests whose reasons are given: with thousands of rules reasons are long, and nobody reads
    /// them all.
    private static let explainedFailures = 20

    /// Runs the tests in parallel and returns the results in the order of the tests. Only the first failed tests give
    /// reasons.
    public func run(_ tests: [RuleTest]) async -> [RuleTestResult] {
        var results = await runAll(tests)
        let failed = results.indices.filter { !results[$0].failures.isEmpty }
        for place in failed.prefix(Self.explainedFailures) {
            results[place] = run(results[place].test, explains: true)
        }
        return results
    }

    private func runAll(_ tests: [RuleTest]) async -> [RuleTestResult] {
        let share = max(1, tests.count / (2 * ProcessInfo.processInfo.activeProcessorCount) + 1)
        return await withTaskGroup(of: (Int, [RuleTestResult]).self) { group in
            for start in stride(from: 0, to: tests.count, by: share) {
                group.addTask {
                    (start, tests[start..<min(start + share, tests.count)].map { run($0, explains: false) })
                }
            }
            var results: [(Int, [RuleTestResult])] = []
            for await part in group { results.append(part) }
            return results.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }

    /// Runs one test.
    ///
    /// A rule on trial is tested as if it were live.
    public func run(_ test: RuleTest) -> RuleTestResult { run(test, explains: true) }

    private func run(_ test: RuleTest, explains: Bool) -> RuleTestResult {
        let rules = test.rule.map(rules.withLive) ?? rules
        var result = RuleTestResult(test: test)
        var now = test.start
        var conversations: [String: Conversation] = [:]
        for (number, step) in test.steps.enumerated() {
            now = now + step.after
            var message = step.message
            message.timestamp = now
            message.unique = "test-\(number)"
            let key = "\(message.account) \(message.contact.address)"
            var conversation = conversations[key] ?? Conversation()
            if let choice = step.choice(after: conversation.memory.menu) {
                (message.type, message.body, message.choice) = (choice.type, choice.title, choice.id)
            }
            conversation.receive(message, isWindowOpen: step.isWindowOpen, at: now)
            conversation.quotedRule = step.quotedRule
            let decision = decide(message, in: conversation, by: rules, policy: policy, at: now)
            let difference = step.expectation.map { $0.difference(from: decision) } ?? []
            let why =
                difference.isEmpty || !explains
                ? [] : explain(message, in: conversation, by: rules, policy: policy, at: now)
            if !difference.isEmpty {
                result.failures.append(
                    .init(place: step.place, says: message.text ?? "", difference: difference, why: why))
            }
            if let rule = decision.rule { result.reached.insert(rule) }
            conversation.apply(decision.changes, of: message, by: decision.rule, at: now)
            conversations[key] = conversation
        }
        return result
    }
}

extension RuleTest.Expectation {
    /// Returns expected and actual results, by line; empty if they agree.
    func difference(from decision: Decision) -> [String] {
        var lines: [String] = []
        func note(_ expected: String, _ actual: String) { lines += ["- \(expected)", "+ \(actual)"] }
        if let silence {
            let isSilent = decision.outcome == .silent && (silence.isEmpty || silence == decision.reason.rawValue)
            if !isSilent { note(silence.isEmpty ? "silence" : "silence (\(silence))", decision.shown) }
        }
        if let rule, rule != decision.rule { note("rule \(rule)", decision.rule.map { "rule \($0)" } ?? "no rule") }
        if let template {
            let sent = decision.sends.compactMap(\.template).first
            if sent?.name != template { note("template \(template)", decision.shown) }
        }
        if silence == nil, texts == nil, choices == nil, template == nil, decision.outcome == .silent, lines.isEmpty,
            decision.reason != .ignored, decision.reason != .noReply
        {
            note("an answer", decision.shown)
        }
        return lines + differenceOfTexts(decision) + differenceOfChoices(decision)
    }

    private func differenceOfChoices(_ decision: Decision) -> [String] {
        guard let choices else { return [] }
        let offered = decision.changes.menu?.choices.map { $0.split(separator: ".").last.map(String.init) ?? $0 }
        guard choices != offered else { return [] }
        let actual = offered.map { "the choices \($0.joined(separator: ", "))" } ?? "no choices"
        return ["- the choices \(choices.joined(separator: ", "))", "+ \(actual)"]
    }

    private func differenceOfTexts(_ decision: Decision) -> [String] {
        guard let texts else { return [] }
        let sent = decision.sends.compactMap(\.text)
        guard texts.count == sent.count, zip(texts, sent).allSatisfy({ $0.matches($1) }) else {
            return texts.flatMap { $0.lines.map { "- \($0)" } }
                + (sent.isEmpty ? ["+ \(decision.shown)"] : sent.flatMap { $0.lines.map { "+ \($0)" } })
        }
        return []
    }
}

extension RuleTest.Step {
    /// Returns the choice that the contact takes: that of the latest menu if it offers one of them.
    fileprivate func choice(after menu: SentMenu?) -> RuleTest.Choice? {
        choices.first { menu?.choices.contains($0.id) ?? false } ?? choices.first
    }
}

extension RuleTest.Wanted {
    func matches(_ text: String) -> Bool {
        switch self {
        case .text(let wanted):
            return wanted.trimmingCharacters(in: .whitespacesAndNewlines) == text
        case .regex(let regex):
            if case .match = regex.firstMatch(in: text) { return true }
            return false
        }
    }

    var lines: [String] {
        switch self {
        case .text(let text): text.trimmingCharacters(in: .whitespacesAndNewlines).lines
        case .regex(let regex): ["/\(regex.pattern)/"]
        }
    }
}

extension String {
    fileprivate var lines: [String] { split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
}

extension Decision {
    /// The result of the decision, in a few words.
    fileprivate var shown: String {
        switch outcome {
        case .silent: "silence (\(reason.rawValue))"
        case .template: "template \(sends.compactMap(\.template).first?.name ?? "")"
        case .reply: "the reply of '\(rule ?? "")'"
        }
    }
}
