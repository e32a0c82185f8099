import Foundation
import Logging
import Providers
import Responder
import RawServer
import Testing

@testable import Daemon
@testable import Store

/// A text that ends the line, begins another, clears the screen, sets the title, changes the direction, and goes on in
/// C1.
private let hostile =
    "x\r\n2026-01-01T00:00:00.000Z error: forged\u{1B}[2J\u{1B}]0;title\u{7}\u{202E}\u{2066}\u{9B}31m\u{2028}\0y"

@Suite struct LogInjectionTests {
    private static let entry = EntryReference(
        id: 1, conversation: 1, account: "1", due: Timestamp(seconds: 0))
    private static let attempt = Attempt(
        id: 1, number: 1, content: .message(.text(hostile, replyTo: hostile)), address: hostile,
        startedAt: Timestamp(seconds: 0),
        dueAt: Timestamp(seconds: 0))
    private static let message = Message(
        account: "1", unique: hostile,
        contact: Contact(id: hostile, number: hostile, address: hostile, name: hostile), body: hostile,
        timestamp: Timestamp(seconds: 0))

    private static func ended(_ outcome: AttemptOutcome, _ settlement: Settlement) -> DaemonEvent {
        .attempted(
            EndedAttempt(entry: entry, attempt: attempt, outcome: outcome, settlement: settlement, elapsed: .zero))
    }

    private static var events: [DaemonEvent] {
        var looping = Decision(rule: hostile, outcome: .silent, reason: .loop, because: hostile, revision: "1")
        looping.sends = []
        let refusal = Refusal(text: hostile)
        return [
            .accepted(AcceptedWebhook(account: "1", event: .message(message), result: .takenOver, elapsed: .zero)),
            .turnedAway(
                TurnedAwayWebhooks(
                    account: "1", because: "the key is wrong or missing", remedy: "Check `webhook_secret`.", count: 2)),
            .decided(
                Decided(
                    id: 1, message: message, conversation: 1, decision: looping, receivedAt: Timestamp(seconds: 0),
                    decidedAt: Timestamp(seconds: 0), entries: [])),
            ended(.permanent(refusal), .over(.failed)),
            ended(.unknown(refusal), .over(.held)),
            ended(.accountFault(refusal), .accountStopped),
            .settled(SettledEntry(entry: entry, state: .held, reason: .unknown)),
            .settled(SettledEntry(entry: entry, state: .failed, reason: .expired)),
            .accountStopped(AccountStop(account: "1", reason: hostile, waiting: 1)), .accountResumed("1"),
            .alertFailed(because: hostile, isGivenUp: false),
        ]
    }

    /// A contact who writes to us, or a provider that refuses our sends, can neither forge lines of the log nor control
    /// the terminal that it is read in.
    @Test func whatOthersHaveChosenStaysInItsLineAndHarmless() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let log = LogWriter(to: ends[1])
        var logger = Logger(label: "test", factory: log.handler)
        logger.logLevel = .trace
        let daemonLog = EventLog(logger: logger, clock: .system)
        for event in Self.events { daemonLog.record(event) }
        logger.info("end")
        let reader = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        let text = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var text = ""
                while !text.contains("info: end\n") { text += String(decoding: reader.nextData, as: UTF8.self) }
                continuation.resume(returning: text)
            }
        }
        close(ends[1])
        let lines = text.split(separator: "\n")
        #expect(lines.count > Self.events.count)
        for line in lines {
            #expect(line.contains(#/^\d{4}-\d\d-\d\dT[\d:.]+Z (trace|debug|info|notice|warning|error): /#))
            #expect(!line.hasPrefix("2026-01-01T00:00:00.000Z error: forged"))
            #expect(
                line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }, "\(line.debugDescription)"
            )
            #expect(!line.contains("\u{202E}") && !line.contains("\u{2066}") && !line.contains("\u{2028}"))
        }
    }
}

@Suite struct WebhookAuthorizerTests {
    @Test func onlyTheWholeSecretIsAdmitted() {
        let authorizer = WebhookAuthorizer(Secret("correct horse"))
        #expect(authorizer.admits("correct horse"))
        for key in [nil, "", "correct hors", "correct horse ", "Correct horse", "correct horse\0", "correct horsf"] {
            #expect(!authorizer.admits(key))
        }
        #expect(!WebhookAuthorizer(Secret("")).admits(nil))
        #expect(WebhookAuthorizer(nil).admits(nil))
    }

    /// No timing is measured here. The secret is kept as a digest of swift-crypto, whose comparison takes the same time
    /// whatever it finds; no other code on the way of a webhook ever sees the secret itself.
    @Test func theSecretIsComparedAsADigestAndNowhereElse() throws {
        let children = Mirror(reflecting: WebhookAuthorizer(Secret("x"))).children
        #expect(children.map { "\(type(of: $0.value))" } == ["Optional<SHA256Digest>"])
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Sources/Daemon")
        var places: [String] = []
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift" else { continue }
            let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            places += lines.filter { $0.contains(".reveal()") }.map {
                "\(file.lastPathComponent): \($0.trimmingCharacters(in: .whitespaces))"
            }
        }
        #expect(
            places.sorted() == [
                "AlertSender.swift: let outcome = await carrier.post(one.json, to: link.reveal())",
                "ConfigurationLoader+Accounts.swift: if secrets == .required, let secret, secret.reveal().utf8.count < 12, !isOpen {",
                "ConfigurationLoader+Linking.swift: if secrets == .required, let token = configuration.adminToken?.reveal().utf8, let node = tokenNode {",
                "WebhookAuthorizer.swift: digest = secret.map { SHA256.hash(data: Array($0.reveal().utf8)) }",
            ])
    }
}
