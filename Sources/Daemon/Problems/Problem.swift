import Responder
public import Store

/// Something that needs a person, in the words in which `replyd status` and the console say it.
public struct Problem: Sendable, Hashable {
    /// The kind of a problem, by which the console knows where it can be mended.
    public enum Kind: String, Sendable, CaseIterable {
        /// The daemon does not run as it should.
        case daemon
        /// Nothing can be stored.
        case store
        /// Changed rules are wrong, and older ones stay in use.
        case rules
        /// An account is stopped.
        case account
        /// The budget of an account is spent, and nothing is answered any more.
        case budget
        /// More entries of an account wait than may.
        case queue
        /// Entries are held.
        case held
        /// Entries were given up.
        case failed
        /// Posts to links of rules were given up, or are tried in vain.
        case posts
    }

    /// The kind.
    public var kind: Kind
    /// The account that it concerns; `nil` if it concerns no single one.
    public var account: String?
    /// The problem in words.
    public var text: String
    /// What to do about it; `nil` if the text says so itself.
    public var remedy: String?

    /// Creates a problem.
    public init(_ kind: Kind, account: String? = nil, _ text: String, remedy: String? = nil) {
        self.kind = kind
        self.account = account
        self.text = text
        self.remedy = remedy
    }

    /// The problem and its remedy.
    public var sentence: String { remedy.map { "\(text). \($0)" } ?? text }
}

extension Problem {
    /// Creates the problem that the daemon can't store anything; `failure` says why, and what to do.
    public static func store(_ failure: String) -> Problem { Problem(.store, "webhooks are turned away: \(failure)") }

    /// Creates the problem of changed rules that are wrong.
    ///
    /// - Parameters:
    ///   - errors: The number of errors in them.
    ///   - revision: The revision that stays in use.
    ///   - config: The path of the configuration.
    public static func rules(errors: Int, revision: String, config: String) -> Problem {
        Problem(
            .rules,
            "the changed rules are wrong (\(counted(errors, "error"))); revision \(revision) stays in use, but replyd would not start again with these",
            remedy: "See: replyd check --config \(config)")
    }

    /// Returns the problems of accounts that answer nothing any more because their budget is spent.
    ///
    /// - Parameters:
    ///   - accounts: The accounts.
    ///   - used: The number of messages in the present period, by account.
    public static func budgets(_ accounts: [Configuration.Account], used: [String: Int]) -> [Problem] {
        accounts.compactMap { account in
            guard let budget = account.budget, budget.then == .silent, let used = used[account.number],
                used >= budget.messages
            else { return nil }
            let sentence = BudgetNews(account: account.number, budget: budget, used: used).sentence
            return Problem(
                .budget, account: account.number, String(sentence.dropLast()),
                remedy: "To answer before that, raise `budget` and restart replyd.")
        }
    }

    /// Returns what the database tells of problems.
    ///
    /// - Parameters:
    ///   - overview: The counts from the database.
    ///   - accounts: The numbers of the accounts.
    ///   - limit: The number of entries of an account that may wait; `nil` if no daemon takes webhooks.
    ///   - config: The path of the configuration.
    public static func all(
        in overview: Overview, accounts: [String], limit: Int?, config: String
    ) -> [Problem] {
        let open = accounts.map { ($0, overview.open[$0] ?? .init()) }
        var problems: [Problem] = []
        for (account, open) in open {
            guard let stop = overview.stopped.first(where: { $0.number == account }) else { continue }
            let sentence = AccountStop(account: account, reason: stop.reason, waiting: open.waiting).sentence
            problems.append(
                Problem(.account, account: account, sentence, remedy: "See: replyd doctor --config \(config)"))
        }
        for (account, open) in open {
            guard let limit, open.waiting >= limit else { continue }
            problems.append(
                Problem(
                    .queue, account: account,
                    "account \(account): \(open.waiting.grouped) entries wait, more than `max_memory` allows: its webhooks are turned away",
                    remedy: "See whether the provider takes them: replyd doctor --config \(config)"))
        }
        let held = open.reduce(0) { $0 + $1.1.held }
        if held > 0 {
            let (were, they) = held == 1 ? ("1 entry was", "it is") : ("\(held.grouped) entries were", "they are")
            problems.append(
                Problem(
                    .held, "nobody knows whether \(were) sent: \(they) held for you",
                    remedy: "See: replyd outbox list --config \(config) --state held"))
        }
        let failed = open.reduce(0) { $0 + $1.1.failed }
        if failed > 0 {
            let (were, each) = failed == 1 ? ("1 entry was", "it") : ("\(failed.grouped) entries were", "each")
            problems.append(
                Problem(
                    .failed, "\(were) given up within a week: the provider refused, or the time was over",
                    remedy: "See why, and release or drop \(each): replyd outbox list --config \(config)"))
        }
        let stuck = open.reduce(0) { $0 + $1.1.stuckPosts }
        if stuck > 0 {
            let (have, are) =
                stuck == 1
                ? ("1 post to a link of a rule has", "it is")
                : ("\(stuck.grouped) posts to links of rules have", "they are")
            problems.append(
                Problem(
                    .posts, "\(have) not been taken for an hour or longer; \(are) tried again for a day",
                    remedy: "See why: replyd outbox list --config \(config)"))
        }
        let posts = open.reduce(0) { $0 + $1.1.failedPosts }
        if posts > 0 {
            let (were, link, each) =
                posts == 1
                ? ("1 post to a link of a rule was", "link", "it")
                : ("\(posts.grouped) posts to links of rules were", "links", "each")
            problems.append(
                Problem(
                    .posts, "\(were) given up within a week: the \(link) refused, or the time was over",
                    remedy: "See why, and release or drop \(each): replyd outbox list --config \(config)"))
        }
        return problems
    }
}
