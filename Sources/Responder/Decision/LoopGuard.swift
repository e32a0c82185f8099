import Matching

/// Keeps replyd from talking to another robot for ever: a conversation with too many answers, or one that gets the same
/// text back again and again, is left alone for a while.
public struct LoopGuard: Sendable, Hashable {
    /// This many answers to one contact…
    public var answers: Int
    /// …within so long are enough.
    public var within: Duration
    /// How long the conversation is left alone then.
    public var pause: Duration

    /// How often the same text may come right after our answers, the last time unanswered.
    static let echoes = 3
    /// How soon after our answer a message is an answer to it, as robots give it.
    static let echoTime = Duration.minutes(1)

    /// A guard with the usual limits, but for what is given.
    public init(answers: Int = 10, within: Duration = .minutes(10), pause: Duration = .hours(1)) {
        self.answers = answers
        self.within = within
        self.pause = pause
    }

    /// Why the message is not to be answered, although a rule would; nil where nothing speaks against it.
    func objection(to message: Message, _ memory: Memory, at now: Timestamp) -> String? {
        let recent = memory.recentAnswers.filter { now - $0 < within }
        if recent.count >= answers {
            let count = answers == 1 ? "1 answer" : "\(answers) answers"
            return "\(count) went to this contact within \(within.words): it may be a robot"
        }
        if memory.echoes(with: message, at: now) >= Self.echoes - 1 {
            return "the same text came \(Self.echoes) times, each right after an answer: it may be a robot"
        }
        return nil
    }
}

extension Memory {
    /// How often in a row this very text has come right after an answer of ours, the message itself included.
    func echoes(with message: Message, at now: Timestamp) -> Int {
        guard let last = recentAnswers.last, let text = message.text, lastText == Self.fingerprint(of: text),
            now - last < LoopGuard.echoTime
        else { return 0 }
        return echoes + 1
    }

    /// How much of a text is compared, in Unicode scalars: a webhook may bring far more than WhatsApp lets people write.
    static let comparedLength = 1024

    /// Tells texts apart without keeping them: by their first ``comparedLength`` scalars, folded. Longer ones that begin
    /// alike are the same.
    static func fingerprint(of text: String) -> String {
        let beginning = String(String.UnicodeScalarView(text.unicodeScalars.prefix(comparedLength)))
        return String(FNV1a.hash(FoldedText(beginning).bytes), radix: 36)
    }
}
