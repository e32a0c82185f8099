import Matching

/// The latest menu that a conversation got. As long as it is fresh, the number of a choice stands for it.
public struct SentMenu: Sendable, Hashable, Decodable {
    /// The ids of the choices, in the order in which the contact saw them.
    public var choices: [String]
    /// The moment at which the menu was sent, or was to be sent.
    public var sentAt: Timestamp

    /// The time for which the number of a choice stands for it.
    static let lifetime = Duration.hours(24)

    /// Creates the trace of a menu.
    public init(choices: [String], sentAt: Timestamp) {
        self.choices = choices
        self.sentAt = sentAt
    }

    /// The most by which the clock of a provider may be behind ours.
    private static let clockDifference = Duration.minutes(2)

    /// Returns the choice that a text names by its number, in any digits and with signs around it; `nil` if it names none,
    /// or was written before the menu was sent.
    func choice(numberedBy text: FoldedText, writtenAt moment: Timestamp, at now: Timestamp) -> String? {
        guard now - sentAt < Self.lifetime, moment + Self.clockDifference >= sentAt, let number = text.wholeNumber,
            choices.indices.contains(number - 1)
        else {
            return nil
        }
        return choices[number - 1]
    }

    /// Returns the choice that a text names by its number right after the menu was sent; `nil` if it names none.
    public func choice(numberedBy text: String, at moment: Timestamp) -> String? {
        choice(numberedBy: FoldedText(text), writtenAt: moment, at: moment)
    }
}
