import ArgumentParser
import Store

extension ExitCode {
    /// What was checked is not fine.
    static let notFine = ExitCode(1)
    /// Something inside replyd went wrong.
    static let internalError = ExitCode(70)
    /// The configuration, the rules or the machine must be mended first.
    static let misconfigured = ExitCode(78)
    /// It may work a little later: the database is locked (EX_TEMPFAIL of sysexits.h).
    static let temporary = ExitCode(75)

    /// What a command ends with that can't use the database.
    static func of(_ error: StoreError) -> ExitCode { error == .busy ? .temporary : .misconfigured }
}
