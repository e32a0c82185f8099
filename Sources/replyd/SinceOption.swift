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

extension Zone {
    /// The moment as people read it: `2026-11-21 22:30`.
    func text(_ moment: Timestamp) -> String {
        let local = local(moment)
        return "\(local.date) \(local.clock)"
    }

    /// The moment to the second: `2026-11-21 22:30:05`. Clocks differ from UTC by whole minutes.
    func time(_ moment: Timestamp) -> String {
        let second = moment.milliseconds / 1000 % 60
        return "\(text(moment)):\(second < 10 ? "0" : "")\(second)"
    }
}
