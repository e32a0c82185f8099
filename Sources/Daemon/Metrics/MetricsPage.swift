import Foundation
import Responder
import Store

/// The content of `/metrics`: the counters, and the figures that are looked up for each request.
struct MetricsPage: Sendable {
    let metrics: Metrics
    let store: Store
    let rules: CurrentRules
    let sender: Sender
    let budgets: BudgetKeeper
    let clock: Clock

    /// Returns the page. Figures that the database does not give within five seconds are left out.
    func page() async -> String {
        let figures = try? await clock.wait(for: .seconds(5)) { [store] in try await store.outboxCounts() }
        let stopped = try? await clock.wait(for: .seconds(5)) { [store] in try await store.stoppedAccounts() }
        return page(figures, stopped)
    }

    func page(_ figures: OutboxCounts?, _ stopped: [StoppedAccount]?) -> String {
        let ruleSet = rules.ruleSet
        let state = metrics.figures(by: ruleSet)
        var page = PrometheusText()
        page.family("replyd_build_info", .gauge, "The version that runs.")
        page.sample(1, [("version", Daemon.version)])
        writeWebhooks(state, to: &page)
        writeDecisions(state, to: &page)
        writeSends(state, to: &page)
        writeOutbox(figures, stopped, to: &page)
        writeRules(ruleSet, to: &page)
        writeStore(state, figures, to: &page)
        writeBudgets(to: &page)
        writeAlerts(state, to: &page)
        writeProcess(ProcessFigures(), to: &page)
        return page.text
    }

    private func writeWebhooks(_ state: Metrics.State, to page: inout PrometheusText) {
        page.family("replyd_webhooks_total", .counter, "Webhooks by what became of them.")
        let accepted: [IntakeResult.Kind] = [.new, .duplicate, .noted, .takenOver]
        for (place, account) in metrics.accounts.enumerated() {
            for result in accepted {
                page.sample(
                    state.webhooks[place][.accepted(result)] ?? 0, [("account", account), ("result", result.rawValue)])
            }
            for refusal in WebhookRefusal.allCases where refusal != .unknownAccount {
                page.sample(
                    state.webhooks[place][.refused(refusal)] ?? 0, [("account", account), ("result", refusal.rawValue)])
            }
        }
        page.sample(state.unknownAccounts, [("account", ""), ("result", WebhookRefusal.unknownAccount.rawValue)])
        page.family("replyd_webhook_duration_seconds", .histogram, "From a webhook's arrival until it was on disk.")
        page.sample(state.webhookTimes)
    }

    private func writeDecisions(_ state: Metrics.State, to page: inout PrometheusText) {
        page.family("replyd_decisions_total", .counter, "Decisions by rule and outcome; no rule is an empty one.")
        for (rule, counts) in state.decisions.sorted(by: { ($0.key ?? "") < ($1.key ?? "") }) {
            for outcome in Decision.Outcome.allCases {
                guard let count = counts[outcome] else { continue }
                page.sample(count, [("rule", rule ?? ""), ("outcome", outcome.rawValue)])
            }
        }
        page.family("replyd_decision_reasons_total", .counter, "Decisions by reason; loop is the loop guard.")
        for (reason, count) in zip(Decision.Reason.allCases, state.reasons) {
            page.sample(count, [("reason", reason.rawValue)])
        }
        page.family("replyd_decision_delay_seconds", .histogram, "From a message's arrival until it was decided.")
        page.sample(state.decisionTimes)
        page.family(
            "replyd_window_remaining_seconds", .histogram,
            "What was left of the 24-hour window when a message was decided.")
        page.sample(state.windows)
    }

    private func writeBudgets(to page: inout PrometheusText) {
        let usage = budgets.usage(at: clock.now()).sorted { $0.key < $1.key }
        guard !usage.isEmpty else { return }
        page.family("replyd_budget_messages", .gauge, "The messages that an account may send in a period.")
        for (account, usage) in usage { page.sample(usage.budget.messages, [("account", account)]) }
        page.family("replyd_budget_used", .gauge, "The messages of that budget that are used.")
        for (account, usage) in usage { page.sample(usage.used, [("account", account)]) }
    }

    private func writeSends(_ state: Metrics.State, to page: inout PrometheusText) {
        page.family(
            "replyd_sends_total", .counter,
            "Requests by the provider's reason, where it gave one (1: accepted), else the HTTP status or what happened."
        )
        let sends = state.sends.sorted {
            ($0.key.account, $0.key.kind.rawValue, $0.key.reason) < (
                $1.key.account, $1.key.kind.rawValue, $1.key.reason
            )
        }
        for (key, count) in sends {
            page.sample(
                count,
                [
                    ("account", metrics.accounts[key.account]), ("kind", key.kind.rawValue),
                    ("reason", key.reason.description),
                ])
        }
        page.family("replyd_send_duration_seconds", .histogram, "How long requests to the provider took.")
        for (account, histogram) in zip(metrics.accounts, state.sendTimes) {
            page.sample(histogram, [("account", account)])
        }
        page.family(
            "replyd_send_delay_seconds", .histogram, "From the moment an answer was due until it was accepted.")
        page.sample(state.sendDelays)
        page.family(
            "replyd_answer_duration_seconds", .histogram,
            "From a message's arrival until its answer was accepted, but for answers that were to wait.")
        page.sample(state.answerTimes)
        page.family("replyd_retries_total", .counter, "Requests after which another one was to be tried.")
        for (account, count) in zip(metrics.accounts, state.retries) { page.sample(count, [("account", account)]) }
        page.family(
            "replyd_entries_total", .counter,
            "Outbox entries, messages and posts to links of rules, by how they ended, or were held.")
        for (account, counts) in zip(metrics.accounts, state.ended) {
            for (kind, isPost) in [("message", false), ("post", true)] {
                // Posts are never held.
                for ended in [EntryState.sent, .held, .failed, .dropped, .dryRun] where !isPost || ended != .held {
                    let key = Metrics.EndKey(isPost: isPost, state: ended)
                    page.sample(
                        counts[key] ?? 0, [("account", account), ("kind", kind), ("state", ended.rawValue)])
                }
            }
        }
    }

    private func writeOutbox(
        _ figures: OutboxCounts?, _ stopped: [StoppedAccount]?, to page: inout PrometheusText
    ) {
        if let figures {
            page.family(
                "replyd_outbox_entries", .gauge, "Outbox entries that are not over, or were given up, by state.")
            for state in OutboxCounts.counted { page.sample(figures.entries[state] ?? 0, [("state", state.rawValue)]) }
        }
        page.family("replyd_account_waiting_entries", .gauge, "Entries that wait to be sent or are under way.")
        for account in metrics.accounts { page.sample(sender.waiting(of: account), [("account", account)]) }
        if let stopped {
            page.family("replyd_account_stopped", .gauge, "Whether an account sends nothing until somebody mends it.")
            for account in metrics.accounts {
                let stop = stopped.first { $0.number == account }
                page.sample(stop == nil ? 0 : 1, [("account", account), ("reason", stop?.reason ?? "")])
            }
        }
    }

    private func writeRules(_ ruleSet: RuleSet, to page: inout PrometheusText) {
        page.family("replyd_rules", .gauge, "Rules in use.")
        page.sample(ruleSet.rules.count)
        page.family("replyd_rules_info", .gauge, "The revision of the rules in use.")
        page.sample(1, [("revision", ruleSet.revision)])
        page.family(
            "replyd_rules_last_reload_successful", .gauge, "Whether the rules files were in order when last read.")
        page.sample((rules.reload?.errorCount ?? 0) == 0 ? 1 : 0)
        page.family("replyd_rules_last_reload_timestamp_seconds", .gauge, "When the rules files were last read.")
        page.sample(Double(rules.reload?.at.milliseconds ?? 0) / 1000)
    }

    private func writeStore(_ state: Metrics.State, _ figures: OutboxCounts?, to page: inout PrometheusText) {
        page.family("replyd_store_readable", .gauge, "Whether the database answered for this page.")
        page.sample(figures == nil ? 0 : 1)
        page.family("replyd_store_failures_total", .counter, "Steps that could not be stored and were tried again.")
        page.sample(state.storeFailures)
        page.family("replyd_connection_waits_total", .counter, "How often connections had to wait.")
        page.sample(state.connectionWaits)
        page.family("replyd_database_bytes", .gauge, "Size of the database and of its log of changes.")
        for (file, suffix) in [("main", ""), ("wal", "-wal")] {
            let attributes = try? FileManager.default.attributesOfItem(atPath: store.path + suffix)
            page.sample((attributes?[.size] as? Int) ?? 0, [("file", file)])
        }
    }

    private func writeAlerts(_ state: Metrics.State, to page: inout PrometheusText) {
        page.family("replyd_alerts_total", .counter, "Alerts that were posted, or given up.")
        page.sample(state.alerts.delivered, [("result", "delivered")])
        page.sample(state.alerts.givenUp, [("result", "given-up")])
    }

    private func writeProcess(_ process: ProcessFigures, to page: inout PrometheusText) {
        page.family("process_cpu_seconds_total", .counter, "CPU time the process has taken.")
        page.sample(process.cpuSeconds)
        page.family("process_resident_memory_bytes", .gauge, "Memory the process has in use.")
        page.sample(process.residentBytes)
        page.family("process_virtual_memory_bytes", .gauge, "Memory the process has reserved.")
        page.sample(process.virtualBytes)
        page.family("process_open_fds", .gauge, "Files and connections that are open.")
        page.sample(process.openFiles)
        page.family("process_max_fds", .gauge, "How many may be open.")
        page.sample(OpenFiles.limit)
        page.family("process_start_time_seconds", .gauge, "When the process began.")
        page.sample(ProcessFigures.startedAt)
    }
}
