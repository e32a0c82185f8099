import Foundation
import HTTPTransport
import Hummingbird
public import JSONText
import Logging
import NIOCore
import Providers
import Responder
public import ServiceLifecycle

/// A stand-in for the providers on this machine, for trying, demonstrations and tests.
///
/// It offers the calls of the providers, enforces their 24-hour window, posts webhooks and delivery acks, and fails as
/// planned by ``setFaults(_:)``.
public final class Sandbox: Service {
    private let provider: SandboxProvider
    private let transport = HTTPTransport(userAgent: "replyd-sandbox", connectionsPerHost: 64)
    private let followUps = FollowUps()
    private let server: any Service

    /// Creates a stand-in that listens on `host` and `port`.
    ///
    /// - Parameters:
    ///   - host: A name or an address.
    ///   - port: The port; 0 lets the system choose.
    ///   - accounts: The accounts at the stand-in.
    ///   - timeScale: The factor for the waits between tries of a webhook.
    ///   - onListening: Called with the port once the sandbox listens.
    public init(
        host: String, port: Int, accounts: [SandboxAccount], timeScale: Double = 1,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        let now: @Sendable () -> Timestamp = { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
        provider = SandboxProvider(accounts: accounts, now: now)
        let responder = SandboxResponder(
            provider: provider, courier: WebhookCourier(transport: transport, timeScale: timeScale, now: now),
            followUps: followUps
        )
        server = Application(
            responder: responder,
            configuration: .init(address: .hostname(host, port: port)),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "sandbox", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }

    /// Runs until the service is shut down or cancelled.
    ///
    /// - Throws: `POSIXError` if the sandbox can't listen.
    public func run() async throws {
        let quiet = Logger(label: "lifecycle", factory: { _ in SwiftLogNoOpLogHandler() })
        var group = ServiceGroupConfiguration(services: [followUps, server], logger: quiet)
        // Sends that hang are cut off after one second.
        group.maximumGracefulShutdownDuration = .seconds(1)
        defer { transport.close() }
        do {
            try await ServiceGroup(configuration: group).run()
        } catch let error as IOError {
            throw POSIXError(POSIXErrorCode(rawValue: error.errnoCode) ?? .EIO)
        }
    }

    /// The sends that the sandbox received, oldest first.
    public var received: [ReceivedSend] {
        get async { await provider.received }
    }

    /// Records that a contact wrote to every account, as if through the provider.
    func recordMessage(from contact: String, at moment: Timestamp) async {
        for account in await provider.numbers { await provider.recordMessage(from: contact, to: account, at: moment) }
    }

    /// The chats or messages that were marked as read, oldest first, with their account.
    public var reads: [(account: String, of: String)] {
        get async { await provider.reads }
    }

    /// Sets the templates that the provider lists for an account, in its own form.
    public func setTemplates(_ templates: [JSON], of number: String) async {
        await provider.setTemplates(templates, of: number)
    }

    /// Replaces the plan of faults.
    public func setFaults(_ faults: [Fault]) async {
        await provider.setFaults(faults)
    }
}

/// Runs work that goes on after a request was answered, for as long as the sandbox runs.
final class FollowUps: Service {
    private let stream: AsyncStream<@Sendable () async -> Void>
    private let continuation: AsyncStream<@Sendable () async -> Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    func run(_ work: @escaping @Sendable () async -> Void) {
        continuation.yield(work)
    }

    func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await work in stream { group.addTask(operation: work) }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.continuation.finish()
        }
    }
}
