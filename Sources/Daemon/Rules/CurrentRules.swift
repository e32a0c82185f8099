public import Responder
public import RuleFiles
import Synchronization

/// The rules by which messages are decided at the moment.
public final class CurrentRules: Sendable {
    /// The outcome of the last attempt to load the files.
    public struct Reload: Sendable {
        /// The time of the attempt.
        public var at: Timestamp
        /// The report of everything that is wrong; empty if the files are in use.
        public var report: String
        /// The number of errors.
        public var errorCount: Int
        /// All errors and warnings about the files.
        public var diagnostics: [Diagnostic]
        /// The number of changes that had been seen when the files were read.
        var changes: Int
    }

    private struct State {
        var ruleSet: RuleSet
        var reload: Reload?
    }

    private let state: Mutex<State>

    /// Creates the current rules, with `ruleSet` to begin with.
    public init(_ ruleSet: RuleSet) {
        state = Mutex(State(ruleSet: ruleSet))
    }

    /// The rules in use.
    public var ruleSet: RuleSet { state.withLock { $0.ruleSet } }
    /// The outcome of the last attempt to load the files; `nil` if there was none since the start.
    public var reload: Reload? { state.withLock { $0.reload } }

    /// The outcome of taking over loaded files.
    public enum Outcome: Sendable, Equatable {
        /// The rules, or what is wrong with the files, are the same as before.
        case unchanged
        /// New rules are in use.
        case loaded
        /// The files are wrong, and the rules stay as before.
        case refused
    }

    /// Takes over the rules if nothing is wrong with them; otherwise those in use stay.
    ///
    /// - Parameters:
    ///   - loaded: The rules as loaded from the files.
    ///   - changes: The number of changes that had been seen when the files were read.
    ///   - now: The time of the attempt.
    package func take(_ loaded: LoadedRules, changes: Int = 0, at now: Timestamp) -> Outcome {
        state.withLock { state in
            let last = state.reload
            let errors = loaded.diagnostics.count { $0.severity == .error }
            let reload = Reload(
                at: now, report: errors > 0 || loaded.ruleSet == nil ? loaded.report() : "", errorCount: errors,
                diagnostics: loaded.diagnostics, changes: changes)
            state.reload = reload
            guard let ruleSet = loaded.ruleSet else {
                return last?.report == reload.report ? .unchanged : .refused
            }
            let wasRefused = last?.report.isEmpty == false
            guard ruleSet.revision != state.ruleSet.revision || wasRefused else { return .unchanged }
            state.ruleSet = ruleSet
            return .loaded
        }
    }
}
