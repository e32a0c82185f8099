import Responder

extension Zone {
    /// Returns the moment as people read it: `2026-11-21 22:30`.
    func text(_ moment: Timestamp) -> String {
        let local = local(moment)
        return "\(local.date) \(local.clock)"
    }

    /// Returns the moment to the second: `2026-11-21 22:30:05`. Time zones differ from UTC by whole minutes.
    func time(_ moment: Timestamp) -> String {
        let second = moment.milliseconds / 1000 % 60
        return "\(text(moment)):\(second < 10 ? "0" : "")\(second)"
    }
}
