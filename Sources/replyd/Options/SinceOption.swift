import ArgumentParser
import Responder

/// The option `--since DURATION|TIME`, for commands about the past.
struct SinceOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "From when on: 24h, 7d, 2026-11-21 or \"2026-11-21 22:30\", by the clock of the rules' hours (default: all that is stored).",
            valueName: "duration|time"))
    var since: String?

    /// Returns the moment, or `nil` if everything that is stored is meant.
    ///
    /// - Throws: Exit status 64 if the option is no duration and no time.
    func moment(in zone: Zone, now: Timestamp) throws -> Timestamp? {
        guard let since else { return nil }
        if let duration = Duration(parsing: since) { return now - duration }
        guard let moment = Timestamp(parsing: since, in: zone) ?? Timestamp(parsing: since + " 00:00", in: zone) else {
            let short = since.safeLine.shortened(to: 60)
            complain("replyd: '\(short)' is no time. Write it like 24h, 7d, 2026-11-21 or \"2026-11-21 22:30\".")
            throw ExitCode(64)
        }
        return moment
    }
}
