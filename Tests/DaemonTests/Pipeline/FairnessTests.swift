import Foundation
import Providers
import Responder
import RuleFiles
import ServiceLifecycle
import Store
import Synchronization
import Testing

@testable import Daemon

/// A pipeline and its events in order, with a provider and links that hang for some accounts.
private final class Line: Sendable {
    private struct HangingCarrier: Carrier {
        let hanging: Set<String>

        func carry(_ request: SendRequest, timeout: Duration) async -> AttemptOutcome {
            if hanging.contains(request.body["from"]?.text ?? "") { await forEver() }
            return .accepted(unique: UUID().uuidString, minutesLeft: nil)
        }

        func post(_ json: String, to link: String) async -> AttemptOutcome {
            if hanging.contains(where: json.contains) { await forEver() }
            return .accepted(unique: nil, minutesLeft: nil)
        }

        private func forEver() async {
            try? await Task.sleep(for: .seconds(3600))
        }

        func record(of request: SendRequest) -> String? { nil }
        func close() {}
    }

    static let quiet = "972771111111"
    static let noisy = "972772222222"

    let pipeline: Pipeline
    private let store: Store
    private let accounts: [String: Configuration.Account]
    private let folder: URL
    private let events = Mutex<[String]>([])

    /// - Parameter hanging: The accounts whose requests and posts get no answer.
    init(action: String = "reply: ok", hanging: Set<String> = []) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("replyd-line-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        store = try Store(path: folder.appendingPathComponent("a.sqlite").path)
        let text = "version: 1\nrules:\n  - {id: a, match: anything, \(action)}\n"
        let rules = try #require(RuleSetLoader.load([SourceFile(path: "rules.yaml", text: text)]).ruleSet)
        var configuration = Configuration(
            database: "", rules: "",
            accounts: [Self.quiet, Self.noisy].map {
                Configuration.Account(
                    endpoint: ProviderAccount(number: $0, provider: .ninetyNineDigital, credential: Secret("k")),
                    webhookSecret: nil)
            })
        configuration.loopGuard = nil
        accounts = Dictionary(uniqueKeysWithValues: configuration.accounts.map { ($0.number, $0) })
        let (told, tell) = AsyncStream<DaemonEvent>.makeStream()
        pipeline = Pipeline(
            configuration: configuration, rules: CurrentRules(rules), store: store,
            carrier: HangingCarrier(hanging: hanging), clock: .system, observe: { tell.yield($0) })
        self.told = told
    }

    private let told: AsyncStream<DaemonEvent>

    deinit { try? FileManager.default.removeItem(at: folder) }

    func write(to account: String, from contact: String, _ number: Int = 0) async throws {
        let hook = #"{"hook":"new","unique":"\#(contact)-\#(number)","from":"\#(contact)","type":"text","body":"x"}"#
        try await pipeline.take(Array(hook.utf8), account: try #require(accounts[account]))
    }

    /// Runs the pipeline and passes each event to `look`, until that returns `true`.
    func run(until look: (DaemonEvent) async throws -> Bool) async throws {
        let services = Task { [pipeline] in
            try await pipeline.run()
        }
        for await event in told where try await look(event) { break }
        services.cancel()
    }
}

private let dana = "972501234567"

@Suite(.timeLimit(.minutes(3))) struct FairnessTests {
    /// Hundreds of answers wait, all older than Dana's.
    @Test func whoWritesOneMessageIsAnsweredBeforeTheHundredsOfAnother() async throws {
        let line = try Line()
        for number in 0..<600 { try await line.write(to: Line.noisy, from: "972500000000", number) }
        var hasWritten = false
        var sentSince = 0
        try await line.run { event in
            guard case .attempted(let ended) = event else { return false }
            // Dana is the second contact of the database.
            if ended.entry.conversation == 2 { return true }
            if hasWritten { sentSince += 1 }
            if !hasWritten {
                hasWritten = true
                try await line.write(to: Line.noisy, from: dana)
            }
            return false
        }
        #expect(sentSince <= 10)
    }

    /// All requests of the account wait for a provider, or for a link of the business, that does not answer.
    @Test(arguments: ["reply: ok", "forward: \"http://localhost/\""])
    func anAccountWhoseRequestsHangIsAloneInWaiting(action: String) async throws {
        let line = try Line(action: action, hanging: [Line.noisy])
        for contact in 0..<100 { try await line.write(to: Line.noisy, from: "9725000\(10000 + contact)") }
        var inFlight = 0
        try await line.run { event in
            switch event {
            case .attempting(let entry, _) where entry.account == Line.noisy:
                inFlight += 1
                if inFlight == SendGate.Limits().concurrency { try await line.write(to: Line.quiet, from: dana) }
            case .attempted(let ended):
                #expect(ended.entry.account == Line.quiet)
                #expect(ended.settlement == .over(.sent))
                return true
            default: break
            }
            return false
        }
        #expect(inFlight == SendGate.Limits().concurrency)
    }
}
