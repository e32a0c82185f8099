import Daemon
import Providers
import Responder
import Store

/// The events in a span of time, in forms for people and machines.
struct ActivityReport {
    /// The number of messages that one rule decided, by outcome.
    struct Hits: Equatable {
        var rule: String
        /// The place of the rule; `nil` if it is no longer among the rules.
        var place: Place?
        var hits = 0
        var reply = 0
        var template = 0
        var silent = 0
    }

    /// A rule that decided nothing.
    struct Idle: Equatable {
        var rule: String
        var place: Place
        /// The reason why the lack of decisions may not mean much; empty if there is none.
        var note: String
    }

    /// Messages that may deserve a rule.
    struct Candidates {
        var looked: Int
        var groups: UnmatchedGroups

        init(_ messages: [Statistics.Unmatched]) {
            looked = messages.count
            groups = UnmatchedGroups(messages)
        }
    }

    let statistics: Statistics
    let zone: Zone
    let revision: String
    let since: Timestamp?
    let hits: [Hits]
    let idle: [Idle]
    /// The messages that no rule matched.
    let unmatched: Candidates
    /// The messages that only rules for every message answered.
    let defaulted: Candidates
    let defaults: [Idle]
    /// What the accounts' messages cost, by number; accounts whose prices are not known are left out.
    let prices: [String: Prices]

    /// What one account has sent.
    struct Spending {
        var account: String
        var kinds: [(kind: SendContent.Kind, count: Int)]
        /// What it came to; `nil` if the prices are not known.
        var cost: Double?
    }

    /// What each account has sent, by kind.
    var spending: [Spending] {
        Dictionary(grouping: statistics.sent, by: \.account).sorted { $0.key < $1.key }.map { account, sent in
            let kinds = Dictionary(grouping: sent, by: \.kind).mapValues { $0.reduce(0) { $0 + $1.count } }
            let months = Dictionary(grouping: sent, by: \.month).values.map { month in
                Dictionary(month.map { ($0.kind, $0.count) }, uniquingKeysWith: +)
            }
            return Spending(
                account: account,
                kinds: kinds.map { ($0.key, $0.value) }.sorted {
                    ($1.count, $0.kind.rawValue) < ($0.count, $1.kind.rawValue)
                },
                cost: prices[account].map { prices in months.reduce(0) { $0 + prices.cost(ofMonth: $1) } })
        }
    }

    /// The number of rows of a table that are shown.
    static let rowLimit = 20

    init(_ statistics: Statistics, rules: RuleSet, since: Timestamp?, prices: [String: Prices] = [:]) {
        self.statistics = statistics
        self.prices = prices
        self.since = since
        zone = rules.zone ?? .utc
        revision = rules.revision
        let places = Dictionary(rules.rules.map { ($0.id, $0.place) }, uniquingKeysWith: { first, _ in first })
        var byRule: [String: Hits] = [:]
        for decisions in statistics.decisions {
            guard let rule = decisions.rule else { continue }
            var hits = byRule[rule] ?? Hits(rule: rule, place: places[rule])
            hits.hits += decisions.count
            switch decisions.outcome {
            case .reply: hits.reply += decisions.count
            case .template: hits.template += decisions.count
            case .silent: hits.silent += decisions.count
            }
            byRule[rule] = hits
        }
        hits = byRule.values.sorted { $0.hits != $1.hits ? $0.hits > $1.hits : $0.rule < $1.rule }
        idle = rules.rules.filter { byRule[$0.id] == nil }.map { rule in
            let note = rule.isShadow ? "on trial" : rule.continues ? "goes on to the next" : ""
            return Idle(rule: rule.id, place: rule.place, note: note)
        }
        unmatched = Candidates(statistics.unmatched.filter { $0.rule == nil })
        defaulted = Candidates(statistics.unmatched.filter { $0.rule != nil })
        defaults = rules.defaults.filter { byRule[$0.id] != nil }
            .map { Idle(rule: $0.id, place: $0.place, note: "") }
    }

    func count(outcome: Decision.Outcome, reasons: [Decision.Reason] = []) -> Int {
        statistics.decisions.filter { decisions in
            decisions.outcome == outcome && (reasons.isEmpty || reasons.contains { .known($0) == decisions.reason })
        }.reduce(0) { $0 + $1.count }
    }

    /// The number of silent decisions by reason, the most frequent first.
    var silences: [(reason: String, count: Int)] {
        var counts: [String: Int] = [:]
        for decisions in statistics.decisions where decisions.outcome == .silent {
            counts[decisions.reason.word, default: 0] += decisions.count
        }
        return counts.map { ($0.key, $0.value) }.sorted { ($1.count, $0.reason) < ($0.count, $1.reason) }
    }

    var unmatchedCount: Int { silences.first { $0.reason == Decision.Reason.noMatch.rawValue }?.count ?? 0 }

    var defaultedCount: Int {
        defaults.reduce(0) { sum, idle in sum + (hits.first { $0.rule == idle.rule }?.hits ?? 0) }
    }

    /// The number of messages whose answer failed because the window had shut or the message was too old: those with no
    /// answer, and those with a template instead.
    var missed: (silent: Int, template: Int) {
        let reasons: [Decision.Reason] = [.windowExpired, .tooOld]
        let unsent = statistics.unsent.filter { unsent in
            unsent.state == .failed && (unsent.reason == .windowExpired || unsent.reason == .tooOld)
        }.reduce(0) { $0 + $1.count }
        return (
            count(outcome: .silent, reasons: reasons) + unsent,
            count(outcome: .template, reasons: reasons) + statistics.lateTemplates
        )
    }
}
