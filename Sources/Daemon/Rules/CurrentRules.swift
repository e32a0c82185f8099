public import Responder
public import RuleFiles
import Synchronization

/// The rules by which messages are decided at the moment.
public final class CurrentRules: Sendable {
    /// What became of the last attempt to load the files.
    public struct Reload: Sendable {
        /// When it was.
        public var at: Timestamp
        /// Everything that is wrong; empty where the files are in use.
        public var report: String
        /// How many errors that is.
        public var errorCount: Int
        /// Everything there is to say about the files.
        public var diagnostics: [Diagnostic]
        /// How many changes had been seen when the files were read.
        var changes: Int
    }

    private struct State {
        var ruleSet: RuleSet
        var reload: Reload?
    }

    private let state: Mutex<State>

    /// Begins with these.
    public init(_ ruleSet: RuleSet) {
        state = Mutex(State(ruleSet: ruleSet))
    }

    /// The rules in use.
    public var ruleSet: RuleSet { state.withLock { $0.ruleSet } }
    /// What became of the last attempt to load the files; nil where there was none since the start.
    public var reload: Reload? { state.withLock { $0.reload } }

    /// What taking over loaded files led to.
    public enum Outcome: Sendable, Equatable {
        /// The same as before.
        case unchanged
        /// New rules are in use.
        case loaded
        /// The files are wrong, and the rules as before.
        case refused
    }

    /// Takes over the rules where nothing is wrong with them; otherwise those in use stay.
    ///
    /// - Parameter changes: How many changes had been seen when the files were read.
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
