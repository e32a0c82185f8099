import Logging
import Providers
import Responder
import Store
import Synchronization

/// Writes the events of the pipeline to the log: ids, rules and outcomes, but never the words of a contact.
struct EventLog: Sendable {
    let logger: Logger
    private let clock: Clock
    private let failures: RepeatLimiter
    private let trouble = StoreTrouble()

    init(logger: Logger, clock: Clock) {
        self.clock = clock
        self.logger = logger
        failures = RepeatLimiter(clock: clock)
    }

    func record(_ event: DaemonEvent) {
        switch event {
        case .accepted(let webhook):
            logger.debug(
                "accepted",
                metadata: [
                    "account": "\(webhook.account)", "event": "\(webhook.event.name)",
                    "result": "\(webhook.result.rawValue)",
                ])
            if webhook.result == .takenOver {
                logger.info(
                    "a person answered from another tool; the bot is quiet there",
                    metadata: ["account": "\(webhook.account)"])
            }
            if trouble.isOver() { logger.notice("webhooks are stored again") }
        case .budget(let news): logger.warning("\(news.sentence)")
        case .turnedAway(let away):
            let webhooks = away.count == 1 ? "a webhook was" : "\(away.count) webhooks were"
            logger.warning(
                "account \(away.account): \(webhooks) turned away: \(away.because). \(away.remedy)"
            )
        case .unusable(let unusable):
            let webhooks =
                unusable.count == 1
                ? "a webhook with the right key" : "\(unusable.count) webhooks with the right key within a minute"
            logger.warning("account \(unusable.account): \(webhooks) can't be used: \(unusable.because)")
        case .decided(let decided):
            if decided.decision.reason == .loop {
                logger.warning(
                    "account \(decided.message.account), contact \(decided.message.contact.address.maskedNumber.printable): \(decided.decision.because.printable)"
                )
            }
            var metadata: Logger.Metadata = [
                "account": "\(decided.message.account)", "message": "\(decided.message.unique)",
                "contact": "\(decided.message.contact.address.maskedNumber)",
                "rule": "\(decided.decision.rule ?? "-")", "outcome": "\(decided.decision.outcome.rawValue)",
                "reason": "\(decided.decision.reason.rawValue)",
                "took": .stringConvertible(Elapsed(clock.now() - decided.receivedAt)),
            ]
            if let until = decided.decision.changes.pausedUntil {
                metadata["paused_until"] = "\(LogWriter.time(until))"
            }
            // The ids by which the log's lines about sending can be found.
            if !decided.entries.isEmpty {
                metadata["entries"] = "\(decided.entries.map { String($0.id) }.joined(separator: ","))"
            }
            logger.info("decided", metadata: metadata)
        case .decidedSlowly(let message, let elapsed):
            guard let count = failures.record("slow decisions") else { return }
            let times = count == 1 ? "" : " (\(count) such messages in the last minute)"
            logger.warning(
                "a message took long to decide\(times), and all others waited. `replyd check` warns of slow regexes; very long messages take long as well.",
                metadata: [
                    "account": "\(message.account)", "message": "\(message.unique)",
                    "took": .stringConvertible(Elapsed(elapsed)),
                ])
        case .refused(let account, let refusal):
            logger.debug(
                "a webhook was refused", metadata: ["account": "\(account ?? "-")", "because": "\(refusal.rawValue)"])
            guard refusal == .full, let account else { return }
            let what =
                "account \(account): more answers wait to be sent than `max_memory` allows; its webhooks are turned away"
            if let count = failures.record(what) {
                let times = count == 1 ? "" : " (\(count) times in the last minute)"
                logger.error("\(what)\(times). See whether the provider takes them: replyd outbox list, replyd doctor.")
            }
        case .attempting(let entry, let attempt):
            logger.debug(
                "sending",
                metadata: [
                    "account": "\(entry.account)", "entry": .stringConvertible(entry.id),
                    "attempt": .stringConvertible(attempt.number),
                    "kind": "\(attempt.content.kind.rawValue)",
                ])
        case .attempted(let ended): record(ended)
        case .settled(let settled):
            let level: Logger.Level = settled.state == .held || settled.state == .failed ? .warning : .info
            logger.log(
                level: level, "\(settled.state.rawValue)",
                metadata: [
                    "account": "\(settled.entry.account)", "entry": .stringConvertible(settled.entry.id),
                    "reason": "\(settled.reason?.rawValue ?? "-")",
                ])
            if settled.state == .held {
                logger.warning("entry \(settled.entry.id) is held: nobody knows whether its last attempt was sent")
            }
        case .operatorAction(let action): record(action)
        case .accountStopped(let stop):
            logger.error(
                "\(stop.sentence). Check `api_key`, `number` and `base_url`; it is tried again every few minutes and at every start."
            )
        case .accountResumed(let account):
            logger.notice("account \(account): the provider takes requests again; sending goes on")
        case .storeFailed(let error):
            // If the disk is full, every webhook fails, and the log must not fill the space that is left.
            if let count = failures.record("\(error)") {
                logger.error("\(error)\(count == 1 ? "" : " (\(count) times in the last minute)")")
                trouble.begin()
            }
        case .rulesLoaded(let count, let revision):
            logger.notice("rules loaded: \(count == 1 ? "1 rule" : "\(count) rules"), revision \(revision)")
        case .rulesUnchanged(let revision, let by):
            logger.notice("rules unchanged: revision \(revision)", metadata: ["by": "\(by)"])
        case .memoryUnreadable(let conversation):
            logger.error(
                "what was remembered of a conversation can't be read: its state, tags and cooldowns are lost, and its contact counts as opted out until the console or its own words say otherwise",
                metadata: ["conversation": .stringConvertible(conversation)])
        case .rulesRefused(let report, let inUse):
            logger.error("the changed rules are wrong; revision \(inUse) stays in use. Mend this:\n\(report)")
        case .clockStepped(let step):
            let (length, way) = step < .zero ? (.zero - step, "back") : (step, "forward")
            logger.warning(
                "the machine's clock was set \(way) by \(length.words); windows, hours and the ends of answers go by it"
            )
        case .connectionsWait(let because):
            if let count = failures.record(because) {
                logger.error("\(because)\(count == 1 ? "" : " (\(count) times in the last minute)")")
            }
        case .alertDelivered:
            logger.debug("an alert was posted")
        case .alertFailed(let because, let isGivenUp):
            let what = isGivenUp ? "an alert was given up" : "an alert can't be posted and is tried again"
            if let count = failures.record(what + because) {
                let times = count == 1 ? "" : " (\(count) times in the last minute)"
                logger.warning("\(what)\(times): \(because.printable). Check `alert_url`.")
            }
        case .listening(let port):
            logger.notice("listening", metadata: ["port": .stringConvertible(port)])
        }
    }

    private func record(_ action: OperatorAction) {
        var metadata: Logger.Metadata = ["by": "\(action.channel.rawValue)"]
        if let user = action.user { metadata["user"] = "\(user)" }
        if let account = action.account { metadata["account"] = "\(account)" }
        if let conversation = action.conversation { metadata["conversation"] = .stringConvertible(conversation) }
        if let contact = action.contact { metadata["contact"] = "\(contact.maskedNumber)" }
        if let entry = action.entry { metadata["entry"] = .stringConvertible(entry) }
        if let end = action.end { metadata["until"] = "\(LogWriter.time(end))" }
        logger.info("by hand: \(action.kind.rawValue)", metadata: metadata)
    }

    private func record(_ ended: EndedAttempt) {
        var metadata: Logger.Metadata = [
            "account": "\(ended.entry.account)", "entry": .stringConvertible(ended.entry.id),
            "attempt": .stringConvertible(ended.attempt.number), "kind": "\(ended.attempt.content.kind.rawValue)",
            "outcome": "\(ended.outcome.kind.rawValue)", "took": .stringConvertible(Elapsed(ended.elapsed)),
        ]
        if let refusal = ended.outcome.refusal { metadata["because"] = "\(refusal.text)" }
        switch ended.settlement {
        case .over(.sent), .over(.dryRun): logger.info("sent", metadata: metadata)
        case .over(.held):
            logger.warning("held: nobody knows whether it was sent", metadata: metadata)
        case .over where ended.outcome.kind == .accepted:
            // The contact was forgotten meanwhile, or a report has said since that it was not sent.
            logger.info("accepted, but over", metadata: metadata)
        case .over: logger.warning("not sent", metadata: metadata)
        case .retry where ended.outcome.kind == .accepted:
            logger.info("accepted, but a report says that it was not sent: trying again", metadata: metadata)
        case .retry: logger.info("trying again", metadata: metadata)
        case .accountStopped: logger.info("waiting for the account", metadata: metadata)
        }
    }
}

/// An elapsed time: `3ms` for people, milliseconds for programs.
struct Elapsed: CustomStringConvertible, Sendable {
    let milliseconds: Int64

    init(_ duration: Duration) {
        milliseconds = duration.inMilliseconds
    }

    var description: String { "\(milliseconds)ms" }
}

extension WebhookEvent {
    /// The event's kind, in the word that logs and metrics share.
    var name: String {
        switch self {
        case .message: "message"
        case .update: "update"
        case .failure: "failure"
        case .move: "move"
        case .other: "other"
        }
    }
}

/// The state of trouble with the store: whether the log has said that nothing can be stored, and not yet that it can
/// again.
private final class StoreTrouble: Sendable {
    private let isLogged = Atomic(false)

    func begin() { isLogged.store(true, ordering: .relaxed) }

    /// Returns whether the trouble is over, once. The check has to be cheap, because every webhook makes it.
    func isOver() -> Bool {
        isLogged.load(ordering: .relaxed) && isLogged.exchange(false, ordering: .relaxed)
    }
}
