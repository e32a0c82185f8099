import Dispatch
import Foundation
import HTTPTransport
import Hummingbird
public import Logging
import NIOCore
public import Responder
public import ServiceLifecycle
public import Store
import UnixSignals

/// The whole daemon: webhook server, decider and sender around one store.
public struct Daemon: Service {
    /// The version of this replyd.
    public static let version = "0.1.0"
    /// How long a stop waits for what is under way.
    public static let gracePeriod = Duration.seconds(15)

    private let server: any Service
    private let reloader: RulesReloader?
    private let pipeline: Pipeline
    private let retention: RetentionKeeper
    private let watchdog: Watchdog?
    private let logger: Logger
    private let address: Configuration.Address

    /// Wires a daemon. Opens nothing; ``run()`` listens.
    ///
    /// - Parameters:
    ///   - configuration: What `replyd.yaml` says.
    ///   - rules: The rules to answer by, to begin with.
    ///   - watchesRules: Whether they are loaded anew when the files that the configuration names change.
    ///   - store: The open database.
    ///   - carrier: Where requests go; nil for the providers.
    ///   - serviceManager: Who is told how the daemon is; nil for nobody.
    ///   - clock: The clocks.
    ///   - logger: The log.
    ///   - observe: Told of everything that happens.
    public init(
        configuration: Configuration, rules: RuleSet, watchesRules: Bool = false, store: Store,
        carrier: (any Carrier)? = nil, serviceManager: ServiceManager? = nil,
        clock: Clock = .system, logger: Logger, observe: @escaping @Sendable (DaemonEvent) -> Void = { _ in }
    ) {
        let log = DaemonLog(logger: logger, clock: clock)
        let notify: @Sendable (DaemonEvent) -> Void = { event in
            log.note(event)
            observe(event)
        }
        let carrier =
            carrier
            ?? ProviderCarrier(
                transport: HTTPTransport(
                    userAgent: "replyd/\(Self.version)",
                    // Accounts at one provider share its host: each has its own bound, and none may wait for another's.
                    connectionsPerHost: SendQueue.Limits().concurrency * 2 * max(1, configuration.accounts.count),
                    certificates: ProcessInfo.processInfo.environment["SSL_CERT_FILE"]))
        let rules = CurrentRules(rules)
        reloader =
            watchesRules
            ? RulesReloader(
                rules: rules, path: configuration.rules, clock: clock, changes: RulesWatch(path: configuration.rules),
                serviceManager: serviceManager, observe: notify) : nil
        pipeline = Pipeline(
            configuration: configuration, rules: rules, store: store, carrier: carrier, clock: clock, observe: notify)
        retention = RetentionKeeper(
            store: store, retention: configuration.retention, clock: clock, observe: notify)
        let storeCheck = StoreCheck(store: store, clock: clock)
        watchdog = serviceManager.map { Watchdog(manager: $0, storeCheck: storeCheck, clock: clock) }
        let responder = WebhookResponder(configuration: configuration, intake: pipeline.intake) {
            await Self.readiness(
                storeCheck: storeCheck, rules: rules, accounts: configuration.accounts.map(\.number))
        }
        let connectionLimit = ConnectionLimit(descriptors: OpenFiles.limit) { notify(.connectionsWait(because: $0)) }
        let connections = OpenConnections(
            costLimit: configuration.memoryLimit / 2, countLimit: connectionLimit.comfortable)
        self.logger = logger
        address = configuration.listen
        server = Application(
            responder: responder,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [ConnectionGuard(connections: connections)],
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: WebhookResponder.headerLimit,
                        maxHeaderListSize: WebhookResponder.headerLimit, maxHeaderFieldCount: 100))),
            configuration: .init(
                address: .hostname(configuration.listen.host, port: configuration.listen.port), serverName: nil,
                availableConnectionsDelegate: connectionLimit
            ),
            onServerRunning: { channel in
                StartUpCode.release()
                let pause = AcceptPause { notify(.connectionsWait(because: $0)) }
                try? await channel.pipeline.addHandler(pause, position: .first).get()
                notify(.listening(port: channel.localAddress?.port ?? 0))
                serviceManager?.ready()
            },
            logger: Logger(label: "http", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }

    /// Runs until it is told to stop, then finishes what is under way.
    public func run() async throws {
        let services: [(any Service)?] = pipeline.services + [retention, reloader, server, watchdog]
        // Stopped in reverse order: no more webhooks, then decisions, then sends.
        var group = ServiceGroupConfiguration(services: services.compactMap(\.self), logger: quiet)
        group.maximumGracefulShutdownDuration = Self.gracePeriod - .seconds(1)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch let error as IOError {
            throw ListenError(address: address, code: error.errnoCode)
        }
    }

    /// The libraries' own words about starting and stopping help nobody who runs replyd.
    private var quiet: Logger {
        Logger(label: "lifecycle", factory: { _ in SwiftLogNoOpLogHandler() })
    }

    private static func readiness(storeCheck: StoreCheck, rules: CurrentRules, accounts: [String]) async -> Readiness {
        var readiness = Readiness(
            rules: rules.ruleSet, reload: rules.reload, accounts: accounts, stopped: []
        )
        do {
            readiness.stopped = try await storeCheck.stoppedAccounts()
        } catch {
            readiness.storeFailure = error
        }
        return readiness
    }
}

/// Why the daemon can't listen.
public struct ListenError: Error, CustomStringConvertible {
    /// Where it was to listen.
    public var address: Configuration.Address
    /// The system's error number.
    public var code: Int32

    public var description: String {
        switch code {
        case EADDRINUSE:
            "\(address) is taken by another program. Stop that program, or change `listen`."
        case EACCES:
            "replyd may not listen on \(address). Choose a port above 1023 in `listen`, or allow it (setcap cap_net_bind_service)."
        case EADDRNOTAVAIL:
            "\(address) is not an address of this machine. Change `listen`; 0.0.0.0 means all of them."
        default:
            "replyd can't listen on \(address): \(String(cString: strerror(code))). Change `listen`."
        }
    }
}

extension Daemon {
    /// Runs until Ctrl-C or SIGTERM, then finishes what is under way; SIGHUP loads the rules anew.
    ///
    /// What is still under way after ``gracePeriod`` is cut off: everything that matters is on disk, and the next start
    /// takes it up.
    public func runUntilSignal() async throws {
        let group = ServiceGroupConfiguration(
            services: [self, GracePeriod(), Signals(changes: reloader?.changes, pipeline: pipeline)],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet
        )
        try await ServiceGroup(configuration: group).run()
    }
}

/// Ends the process when a graceful stop takes too long, whatever holds it up.
private struct GracePeriod: Service {
    func run() async throws {
        try await gracefulShutdown()
        let limit = Double(Daemon.gracePeriod.inMilliseconds) / 1000
        DispatchQueue.global().asyncAfter(deadline: .now() + limit) { _exit(0) }
    }
}

/// SIGHUP loads the rules anew, as with other daemons; SIGUSR1 says that the outbox was changed from outside.
private struct Signals: Service {
    let changes: RulesWatch?
    let pipeline: Pipeline

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            for await signal in await UnixSignalsSequence(trapping: .sighup, .sigusr1) {
                if signal == .sighup { changes?.trigger() } else { await pipeline.takeUpOutbox() }
            }
        }
    }
}
