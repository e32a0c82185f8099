import Dispatch
import Foundation
import HTTPTransport
public import Logging
public import Responder
public import ServiceLifecycle
public import Store
import UnixSignals

/// The whole daemon: webhook server and pipeline around one store.
public struct Daemon: Service {
    /// The version of replyd.
    public static let version = "0.1.0"
    /// The time that a stop waits for work in flight.
    public static let gracePeriod = Duration.seconds(15)

    private let server: any Service
    private let reloader: RulesReloader?
    private let pipeline: Pipeline
    private let retention: RetentionKeeper
    private let control: ControlSocket
    private let watchdog: Watchdog?
    private let logger: Logger
    private let admin: (any Service)?
    private let alerts: AlertSender?
    private let receipts: ReadReceipts?

    /// Creates a daemon. It opens no port; ``run()`` does.
    ///
    /// - Parameters:
    ///   - configuration: The settings of `replyd.yaml`.
    ///   - rules: The rules to begin with.
    ///   - watchesRules: Whether the rules are loaded anew when the files that the configuration names change.
    ///   - store: The open database.
    ///   - carrier: The carrier of requests; `nil` for one that takes them to the providers.
    ///   - systemd: The service manager that is notified of the daemon's state; `nil` for none.
    ///   - clock: The clocks.
    ///   - logger: The log.
    ///   - observe: Notified of every event.
    public init(
        configuration: Configuration, rules: RuleSet, watchesRules: Bool = false, store: Store,
        carrier: (any Carrier)? = nil, systemd: SystemdNotifier? = nil,
        clock: Clock = .system, logger: Logger, observe: @escaping @Sendable (DaemonEvent) -> Void = { _ in }
    ) {
        let log = EventLog(logger: logger, clock: clock)
        let changes = ChangeLog(clock: clock)
        let metrics = Metrics(accounts: configuration.accounts.map(\.number), clock: clock)
        let record: @Sendable (DaemonEvent) -> Void = { event in
            log.record(event)
            changes.record(event)
            metrics.record(event)
            observe(event)
        }
        let carrier =
            carrier
            ?? ProviderCarrier(
                transport: HTTPTransport(
                    userAgent: "replyd/\(Self.version)",
                    // Accounts at one provider share its host. Each account has its own limit of requests in flight,
                    // and none may wait for another's.
                    connectionsPerHost: SendGate.Limits().concurrency * 2 * max(1, configuration.accounts.count),
                    certificates: ProcessInfo.processInfo.environment["SSL_CERT_FILE"]))
        let alerts = configuration.alertURL.map {
            AlertSender(link: $0, carrier: carrier, clock: clock, report: record)
        }
        let receipts = ReadReceipts(accounts: configuration.accounts, carrier: carrier, clock: clock)
        let notify: @Sendable (DaemonEvent) -> Void = { event in
            record(event)
            alerts?.record(event)
            receipts?.record(event)
        }
        self.alerts = alerts
        self.receipts = receipts
        let rules = CurrentRules(rules)
        reloader =
            watchesRules
            ? RulesReloader(
                rules: rules, path: configuration.rules, clock: clock, changes: RulesWatch(path: configuration.rules),
                systemd: systemd, observe: notify) : nil
        store.onUnreadableMemory { notify(.memoryUnreadable(conversation: $0)) }
        pipeline = Pipeline(
            configuration: configuration, rules: rules, store: store, carrier: carrier, clock: clock, observe: notify)
        retention = RetentionKeeper(
            store: store, retention: configuration.retention, clock: clock, watch: pipeline.clockWatch, observe: notify)
        control = ControlSocket(
            database: store.path, takeOperatorActions: { [pipeline] in await pipeline.takeOperatorActions() },
            warn: { logger.warning("\($0)") })
        let storeCheck = StoreCheck(store: store, clock: clock, deciding: pipeline.intake.decider.time)
        watchdog = systemd.map { Watchdog(manager: $0, storeCheck: storeCheck, clock: clock) }
        let readiness: @Sendable () async -> Readiness = { [sender = pipeline.sender] in
            await Readiness(
                storeCheck, rules: rules, sender: sender, accounts: configuration.accounts.map(\.number))
        }
        let responder = WebhookResponder(
            configuration: configuration, intake: pipeline.intake, readiness: readiness)
        let wait: @Sendable (String) -> Void = { notify(.connectionsWait(because: $0)) }
        self.logger = logger
        server = GuardedServer(
            responder: responder, address: configuration.listen, key: "listen",
            connectionLimit: ConnectionLimit(descriptors: OpenFiles.limit, notify: wait),
            memoryLimit: configuration.memoryLimit / 2,
            listening: { port in
                StartUpPages.release()
                notify(.listening(port: port))
                systemd?.ready("revision \(rules.ruleSet.revision) is in use")
            }, wait: wait)
        admin = configuration.admin.map { [pipeline, reloader] address in
            let api = AdminAPI(
                configuration: configuration, store: store, rules: rules, reloader: reloader, sender: pipeline.sender,
                changes: changes, trafficDay: TrafficDay(store: store, clock: clock),
                monthlySending: MonthlySending(store: store, clock: clock), budgets: pipeline.budgets, clock: clock,
                readiness: readiness, observe: notify)
            let report = MetricsPage(
                metrics: metrics, store: store, rules: rules, sender: pipeline.sender, budgets: pipeline.budgets,
                clock: clock)
            return GuardedServer(
                responder: AdminResponder(
                    configuration: configuration, address: address, routes: api.routes, clock: clock,
                    metrics: report.page, warn: { logger.warning("\($0)") }, observe: notify),
                address: address, key: "admin", connectionLimit: .forAdmin(notify: wait),
                memoryLimit: AdminResponder.memoryLimit,
                listening: { logger.notice("the admin port is open", metadata: ["admin": .stringConvertible($0)]) },
                wait: wait)
        }
    }

    /// Runs until it is told to stop, then finishes the work in flight.
    ///
    /// - Throws: ``ListenError`` if it can't listen at its address, `StoreError` if the database can't be used.
    public func run() async throws {
        // The services are stopped in reverse order: no more webhooks, then no more sends. The admin port stays open
        // while webhooks end, and the alerts end last: once the sender has closed the carrier, they have nothing to
        // wait for.
        let services: [(any Service)?] = [
            alerts, pipeline, receipts, pipeline.clockWatch, retention, control, reloader, admin, server, watchdog,
        ]
        // No limit of time after which all is cancelled: work in flight is to be finished, and `GracePeriod` is behind it.
        let group = ServiceGroupConfiguration(services: services.compactMap(\.self), logger: quiet)
        try await ServiceGroup(configuration: group).run()
    }

    /// A logger that drops everything: the libraries' messages about starting and stopping help no operator.
    private var quiet: Logger {
        Logger(label: "lifecycle", factory: { _ in SwiftLogNoOpLogHandler() })
    }
}

extension Daemon {
    /// Runs until Ctrl-C or SIGTERM, then finishes the work in flight. SIGHUP loads the rules anew, SIGUSR2 calls
    /// `toggleDebug`.
    ///
    /// Work that is still in flight after ``gracePeriod`` is cut off: everything that matters is on disk, and the next
    /// start takes it up.
    ///
    /// - Parameter toggleDebug: Switches the log to the debug level, or back.
    /// - Throws: The errors of ``run()``.
    public func runUntilSignal(toggleDebug: @escaping @Sendable () -> Void = {}) async throws {
        let group = ServiceGroupConfiguration(
            services: [
                self, GracePeriod(),
                SignalHandling(changes: reloader?.changes, toggleDebug: toggleDebug),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet
        )
        try await ServiceGroup(configuration: group).run()
    }
}
