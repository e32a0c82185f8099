import Logging
import Providers
import Responder
import Store
import Synchronization

/// Writes the pipeline's events to the log: ids, rules and outcomes; never what people wrote.
struct DaemonLog: Sendable {
    let logger: Logger
    private let clock: Clock
    private let failures: OnceAMinute
    private let trouble = StoreTrouble()

    init(logger: Logger, clock: Clock) {
        self.clock = clock
        self.logger = logger
        failures = OnceAMinute(clock: clock)
    }

    func note(_ event: DaemonEvent) {
        switch event {
        case .accepted(let account, let event, let result, _):
            logger.debug(
                "accepted",
                metadata: ["account": "\(account)", "event": "\(event.name)", "result": "\(result.rawValue)"])
            if result == .takenOver {
                logger.info(
                    "a person answered from another tool; the bot is quiet there", metadata: ["account": "\(account)"])
            }
            if trouble.isOver() { logger.notice("webhooks are stored again") }
        case .turnedAway(let account, let because, let count):
            let webhooks = count == 1 ? "a webhook was" : "\(count) webhooks were"
            logger.warning(
                "account \(account): \(webhooks) turned away: \(because). Check the address that the provider has against `webhook_secret`, `allow_from` and `trusted_proxies`."
            )
        case .decided(let decided):
            if decided.decision.reason == .loop {
                logger.warning(
                    "account \(decided.message.account), contact \(decided.message.contact.address.shortened.printable): \(decided.decision.because.printable)"
                )
            }
            var metadata: Logger.Metadata = [
                "account": "\(decided.message.account)", "message": "\(decided.message.unique)",
                "contact": "\(decided.message.contact.address.shortened)",
                "rule": "\(decided.decision.rule ?? "-")", "outcome": "\(decided.decision.outcome.rawValue)",
                "reason": "\(decided.decision.reason.rawValue)",
                "took": .stringConvertible(Took(clock.now() - decided.receivedAt)),
            ]
            if let until = decided.decision.changes.pausedUntil {
                metadata["paused_until"] = "\(LogWriter.time(until))"
            }
            // By these what is said of sending can be found.
            if !decided.entries.isEmpty {
                metadata["entries"] = "\(decided.entries.map { String($0.id) }.joined(separator: ","))"
            }
            logger.info("decided", metadata: metadata)
        case .decidedSlowly(let message, let took):
            guard let count = failures.note("slow decisions") else { return }
            let times = count == 1 ? "" : " (\(count) such messages in the last minute)"
            logger.warning(
                "a message took long to decide\(times), and all others waited. Run `replyd check`: it warns of slow regexes.",
                metadata: [
                    "account": "\(message.account)", "message": "\(message.unique)",
                    "took": .stringConvertible(Took(took)),
                ])
        case .refused(let account, let refusal):
            logger.debug(
                "a webhook was refused", metadata: ["account": "\(account ?? "-")", "because": "\(refusal.rawValue)"])
            guard refusal == .full, let account else { return }
            let what =
                "account \(account): more answers wait to be sent than `max_memory` allows; its webhooks are turned away"
            if let count = failures.note(what) {
                let times = count == 1 ? "" : " (\(count) times in the last minute)"
                logger.error("\(what)\(times). See whether the provider takes them: replyd outbox list, replyd doctor.")
            }
        case .attempting(let entry, let attempt):
            logger.debug(
                "sending",
                metadata: [
                    "account": "\(entry.account)", "entry": .stringConvertible(entry.id),
                    "attempt": .stringConvertible(attempt.number),
                    "kind": "\(attempt.content.name)",
                ])
        case .attempted(let entry, let attempt, let outcome, let settlement, let took):
            noteAttempt(entry, attempt, outcome, settlement, took)
        case .settled(let entry, let state, let reason):
            let level: Logger.Level = state == .held ? .warning : .info
            logger.log(
                level: level, "\(state.rawValue)",
                metadata: ["account": "\(entry.account)", "entry": .stringConvertible(entry.id), "reason": "\(reason)"])
            if state == .held {
                logger.warning("entry \(entry.id) is held: nobody knows whether its last attempt was sent")
            }
        case .operatorAction(let action): note(action)
        case .accountStopped(let account, let reason, let waiting):
            let entries = waiting == 1 ? "1 entry is" : "\(waiting) entries are"
            logger.error(
                "account \(account): \(reason.printable); sending is stopped, \(entries) waiting. Check `api_key`, `number` and `base_url`; it is tried again every few minutes and at every start."
            )
        case .accountResumed(let account):
            logger.notice("account \(account): the provider takes requests again; sending goes on")
        case .storeFailed(let error):
            // On a full disk every webhook fails: the log must not fill what room there is.
            if let count = failures.note("\(error)") {
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
        case .connectionsWait(let because):
            if let count = failures.note(because) {
                logger.error("\(because)\(count == 1 ? "" : " (\(count) times in the last minute)")")
            }
        case .alertDelivered:
            logger.debug("an alert was posted")
        case .alertFailed(let because, let isGivenUp):
            let what = isGivenUp ? "an alert was given up" : "an alert can't be posted and is tried again"
            if let count = failures.note(what + because) {
                let times = count == 1 ? "" : " (\(count) times in the last minute)"
                logger.warning("\(what)\(times): \(because.printable). Check `alert_url`.")
            }
        case .listening(let port):
            logger.notice("listening", metadata: ["port": .stringConvertible(port)])
        }
    }

    private func note(_ action: OperatorAction) {
        var metadata: Logger.Metadata = ["by": "\(action.channel.rawValue)"]
        if let user = action.user { metadata["user"] = "\(user)" }
        if let account = action.account { metadata["account"] = "\(account)" }
        if let conversation = action.conversation { metadata["conversation"] = .stringConvertible(conversation) }
        if let contact = action.contact { metadata["contact"] = "\(contact.shortened)" }
        if let entry = action.entry { metadata["entry"] = .stringConvertible(entry) }
        if let end = action.end { metadata["until"] = "\(LogWriter.time(end))" }
        logger.info("by hand: \(action.kind.rawValue)", metadata: metadata)
    }

    private func noteAttempt(
        _ entry: EntryReference, _ attempt: Attempt, _ outcome: AttemptOutcome, _ settlement: Settlement,
        _ took: Duration
    ) {
        var metadata: Logger.Metadata = [
            "account": "\(entry.account)", "entry": .stringConvertible(entry.id),
            "attempt": .stringConvertible(attempt.number),
            "kind": "\(attempt.content.name)", "outcome": "\(outcome.name)", "took": .stringConvertible(Took(took)),
        ]
        if let refusal = outcome.refusal { metadata["because"] = "\(refusal.text)" }
        switch settlement {
        case .over(.sent), .over(.dryRun): logger.info("sent", metadata: metadata)
        case .over(.held):
            logger.warning("held: nobody knows whether it was sent", metadata: metadata)
        case .over: logger.warning("not sent", metadata: metadata)
        case .retry: logger.info("trying again", metadata: metadata)
        case .accountStopped: logger.info("waiting for the account", metadata: metadata)
        }
    }
}

/// How long something took: `3ms` for people, milliseconds for programs.
struct Took: CustomStringConvertible, Sendable {
    let milliseconds: Int64

    init(_ duration: Duration) {
        milliseconds = duration.inMilliseconds
    }

    var description: String { "\(milliseconds)ms" }
}

extension Attempt.Content {
    /// What is sent, in the word that logs and metrics share.
    var name: String {
        switch self {
        case .text: "text"
        case .template: "template"
        case .post: "post"
        }
    }
}

extension WebhookEvent {
    /// The event's kind, in the word that logs and metrics share.
    var name: String {
        switch self {
        case .message: "message"
        case .update: "update"
        case .failure: "failure"
        case .other: "other"
        }
    }
}

/// Whether the log has said that nothing can be stored, and not yet that it can again.
private final class StoreTrouble: Sendable {
    private let isTold = Atomic(false)

    func begin() { isTold.store(true, ordering: .relaxed) }

    /// Tells it once. To ask costs next to nothing, for every webhook does.
    func isOver() -> Bool {
        isTold.load(ordering: .relaxed) && isTold.exchange(false, ordering: .relaxed)
    }
}

extension String {
    /// A contact's number with its middle hidden: enough to recognise, not to call.
    var shortened: String {
        count > 7 ? "\(prefix(3))…\(suffix(3))" : "…"
    }

    /// One line that can neither write to a terminal nor turn what stands beside it: fit for what others have chosen.
    var printable: String {
        replacing { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
    }

    /// Without characters that could write to a terminal.
    var withoutControls: String { replacing { $0.properties.generalCategory == .control } }

    private func replacing(where isReplaced: (Unicode.Scalar) -> Bool) -> String {
        // Nearly all that is logged is plain ASCII, and asking for each character's category takes its time.
        guard unicodeScalars.contains(where: { !(0x20..<0x7F).contains($0.value) && isReplaced($0) }) else {
            return self
        }
        return String(String.UnicodeScalarView(unicodeScalars.map { isReplaced($0) ? "\u{FFFD}" : $0 }))
    }
}
