import ArgumentParser
import Responder

/// `--since DURATION|TIME`, for commands that look back.
struct SinceOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "From when on: 24h, 7d, 2026-11-21 or \"2026-11-21 22:30\", by the clock of the rules' hours (default: all that is stored).",
            valueName: "duration|time"))
    var since: String?

    /// The moment; nil where all that is stored is meant.
    func moment(in zone: Zone, now: Timestamp) throws -> Timestamp? {
        guard let since else { return nil }
        if let duration = Duration(parsing: since) { return now - duration }
        guard let moment = Timestamp(parsing: since, in: zone) ?? Timestamp(parsing: since + " 00:00", in: zone) else {
            complain("replyd: '\(since)' is no time. Write it like 24h, 7d, 2026-11-21 or \"2026-11-21 22:30\".")
            throw ExitCode(64)
        }
        return moment
    }
}
