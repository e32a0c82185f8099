import Matching

/// Keeps replyd from talking to another robot for ever. A conversation with too many answers, or one that gets the same
/// text back again and again, is left alone for a while.
public struct LoopGuard: Sendable, Hashable {
    /// The number of answers to one contact within ``within`` after which the guard steps in.
    public var answers: Int
    /// The time in which ``answers`` are counted.
    public var within: Duration
    /// The time for which the guard leaves the conversation alone.
    public var pause: Duration

    /// The number of times that the same text may come right after our answers; the last one is not answered.
    static let echoLimit = 3
    /// The time after our answer within which a message counts as a robot's answer to it.
    static let echoTime = Duration.minutes(1)

    /// Creates a guard; the defaults are an hour of pause after 10 answers in 10 minutes.
    public init(answers: Int = 10, within: Duration = .minutes(10), pause: Duration = .hours(1)) {
        self.answers = answers
        self.within = within
        self.pause = pause
    }

    /// Returns the reason against answering the message although a rule would; `nil` if there is none.
    func objection(to message: Message, _ memory: Memory, at now: Timestamp) -> String? {
        let recent = memory.recentAnswers.filter { now - $0 < within }
        if recent.count >= answers {
            let count = answers == 1 ? "1 answer" : "\(answers) answers"
            return "\(count) went to this contact within \(within.words): it may be a robot"
        }
        if memory.echoes(with: message, at: now) >= Self.echoLimit - 1 {
            return "the same text came \(Self.echoLimit) times, each right after an answer: it may be a robot"
        }
        return nil
    }
}

extension Memory {
    /// Returns the number of times in a row that the text of the message has come again right after an answer of ours,
    /// this time included.
    func echoes(with message: Message, at now: Timestamp) -> Int {
        guard let last = recentAnswers.last, let text = message.text, lastText == Self.fingerprint(of: text),
            now - last < LoopGuard.echoTime
        else { return 0 }
        return echoes + 1
    }

    /// The length of a text that is compared, in Unicode scalars: a webhook may hold far more than WhatsApp lets people
    /// write.
    static let comparedLength = 1024

    /// Returns a fingerprint by which texts are compared without being kept: a hash of the first ``comparedLength``
    /// scalars, folded. Longer texts with the same beginning are equal.
    static func fingerprint(of text: String) -> String {
        let beginning = String(String.UnicodeScalarView(text.unicodeScalars.prefix(comparedLength)))
        return String(FNV1a.hash(FoldedText(beginning).bytes[...]), radix: 36)
    }
}
