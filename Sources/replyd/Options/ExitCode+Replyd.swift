import ArgumentParser
import Store

extension ExitCode {
    /// The check found a problem.
    static let notFine = ExitCode(1)
    /// An error inside replyd.
    static let internalError = ExitCode(70)
    /// The configuration, the rules or the machine must be corrected first.
    static let misconfigured = ExitCode(78)
    /// The command may succeed a little later: the database is locked (EX_TEMPFAIL of sysexits.h).
    static let temporary = ExitCode(75)

    /// Returns the exit status of a command that can't use the database.
    static func of(_ error: StoreError) -> ExitCode { error == .busy ? .temporary : .misconfigured }
}
