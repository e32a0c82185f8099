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
    package func take(_ loaded: LoadedRules, at now: Timestamp) -> Outcome {
        state.withLock { state in
            guard let ruleSet = loaded.ruleSet else {
                let reload = Reload(
                    at: now, report: loaded.report(), errorCount: loaded.diagnostics.count { $0.severity == .error })
                defer { state.reload = reload }
                return state.reload?.report == reload.report ? .unchanged : .refused
            }
            let wasRefused = state.reload?.report.isEmpty == false
            state.reload = Reload(at: now, report: "", errorCount: 0)
            guard ruleSet.revision != state.ruleSet.revision || wasRefused else { return .unchanged }
            state.ruleSet = ruleSet
            return .loaded
        }
    }
}
