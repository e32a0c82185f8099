import Dispatch
import Responder
import RuleFiles
import ServiceLifecycle

/// Loads the rules anew whenever their files may have changed.
struct RulesReloader: Service {
    /// The time that the files must be left alone before they are read: a `git pull` changes many, one after another.
    static let debounce = Duration.milliseconds(100)
    /// The longest wait for files that do not come to rest: files that are read sooner may hold half of a change.
    static let longest = Duration.seconds(60)

    let rules: CurrentRules
    let path: String
    let clock: Clock
    let changes: RulesWatch
    let systemd: SystemdNotifier?
    let observe: @Sendable (DaemonEvent) -> Void

    func run() async throws {
        changes.start()
        await withGracefulShutdownHandler {
            // A change between reading the rules at the start and watching them would be missed otherwise.
            await reload()
            var signals = changes.signal.signals.makeAsyncIterator()
            while await signals.next() != nil {
                systemd?.reloading()
                await settle()
                await reload()
                systemd?.reloaded(status)
            }
        } onGracefulShutdown: {
            changes.stop()
        }
    }

    /// Waits until nothing has changed for ``debounce`` and no file is being written, but no longer than ``longest``.
    private func settle() async {
        let end = clock.uptime() + Self.longest
        while clock.uptime() < end {
            let before = changes.count
            guard (try? await clock.sleep(clock.uptime() + Self.debounce)) != nil else { return }
            if changes.count == before, !changes.isWriting { return }
        }
    }

    private var status: String {
        let errors = rules.reload?.errorCount ?? 0
        let inUse = "revision \(rules.ruleSet.revision) is in use"
        return errors == 0
            ? inUse : "\(inUse); the changed rules are wrong (\(errors == 1 ? "1 error" : "\(errors) errors"))"
    }

    private func reload() async {
        await load()
        // Reading ten thousand rules takes some 200 MB for a second; the allocator would keep them for ever.
        HeapMemory.giveBack()
    }

    /// Has the files loaded and returns the outcome.
    ///
    /// - Throws: `CancellationError` if replyd stops first.
    func reloadNow(by asker: String) async throws -> CurrentRules.Reload {
        let change = changes.trigger(by: asker)
        while true {
            if let reload = rules.reload, reload.changes >= change { return reload }
            try await clock.sleep(clock.uptime() + Self.debounce / 4)
        }
    }

    private func load() async {
        let change = changes.count
        let askers = changes.takeReloadAskers()
        // Loading ten thousand rules takes a while, so it is not done on the threads that answer webhooks.
        let loaded = await withCheckedContinuation { continuation in
            DispatchQueue.global(qos: .utility).async { [path] in
                continuation.resume(returning: RuleSetLoader.load(paths: [path]))
            }
        }
        switch rules.take(loaded, changes: change, at: clock.now()) {
        case .unchanged:
            for asker in askers { observe(.rulesUnchanged(revision: rules.ruleSet.revision, by: asker)) }
        case .loaded:
            guard let ruleSet = loaded.ruleSet else { return }
            observe(.rulesLoaded(count: ruleSet.rules.count, revision: ruleSet.revision))
        case .refused: observe(.rulesRefused(report: loaded.report(), inUse: rules.ruleSet.revision))
        }
    }
}
