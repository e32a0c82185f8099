import ArgumentParser
import Daemon
import Foundation
import HTTPTransport
import Logging
import Providers
import Responder
import Sandbox
import Store
import UnixSignals

/// The stand-in provider and the daemon side by side, connected by real HTTP, with a database that is deleted at the
/// end.
struct DemoStage {
    static let digital = "972771234567"
    static let sms = "972550000019"
    static let meta = "972770000021"
    private static let secret = "demo"

    private let folder: URL
    private let ruleSet: RuleSet
    private let events: AsyncStream<DaemonEvent>
    private let continuation: AsyncStream<DaemonEvent>.Continuation

    init(rules: RuleSet) async throws {
        ruleSet = rules
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("replyd-demo-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        (events, continuation) = AsyncStream.makeStream()
    }

    func run(once: Bool) async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let (ports, announce) = AsyncStream<Int>.makeStream()
        let accounts =
            [Self.digital, Self.sms].map { SandboxAccount(number: $0, key: "demo-key") } + [
                SandboxAccount(
                    number: Self.meta, key: "demo-key",
                    meta: .init(phoneNumberID: Self.meta, appSecret: Self.secret))
            ]
        let sandbox = Sandbox(host: "127.0.0.1", port: 0, accounts: accounts) { announce.yield($0) }
        let store = try Store(path: folder.appendingPathComponent("demo.sqlite").path)
        let transport = HTTPTransport(userAgent: "replyd-demo")
        defer { transport.close() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await sandbox.run() }
            var iterator = ports.makeAsyncIterator()
            guard let port = await iterator.next() else { throw ExitCode.internalError }
            let daemon = daemon(store: store, sandboxPort: port)
            group.addTask { try await daemon.run() }
            group.addTask { [continuation] in
                for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { break }
                continuation.finish()
            }
            let script = DemoScript(
                sandbox: sandbox, base: "http://127.0.0.1:\(port)", transport: transport, events: events,
                secret: Self.secret, metaAccount: Self.metaAccount(sandboxPort: port)
            )
            try await script.play()
            if !once { try await script.stayUp() }
            group.cancelAll()
        }
    }

    private static func metaAccount(sandboxPort: Int) -> Configuration.Account {
        var account = Configuration.Account(
            endpoint: ProviderAccount(
                number: meta, provider: .meta, baseURL: "http://127.0.0.1:\(sandboxPort)",
                credential: Secret("demo-key"), settings: ["phone_number_id": meta]),
            webhookSecret: nil)
        account.secrets["app_secret"] = [Secret(secret)]
        return account
    }

    private func daemon(store: Store, sandboxPort: Int) -> Daemon {
        func account(_ number: String, _ provider: Provider, _ path: String) -> Configuration.Account {
            Configuration.Account(
                endpoint: ProviderAccount(
                    number: number, provider: provider, baseURL: "http://127.0.0.1:\(sandboxPort)\(path)",
                    credential: Secret("demo-key")
                ),
                webhookSecret: Secret(Self.secret)
            )
        }
        var configuration = Configuration(
            database: "", rules: "",
            accounts: [
                account(Self.digital, .ninetyNineDigital, "/whatsapp/v2"), account(Self.sms, .sms019, "/api/whatsapp"),
                Self.metaAccount(sandboxPort: sandboxPort),
            ]
        )
        configuration.listen = .init(host: "127.0.0.1", port: 0)
        let continuation = continuation
        return Daemon(
            configuration: configuration, rules: ruleSet, store: store,
            logger: Logger(label: "replyd", factory: { _ in SwiftLogNoOpLogHandler() }),
            observe: { continuation.yield($0) }
        )
    }
}
