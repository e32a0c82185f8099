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

    /// The number of times in a row that the same text may come right after the same answer; the last one is not
    /// answered.
    public var sameText: Int

    /// The time after our answer within which a message counts as a robot's answer to it.
    static let echoTime = Duration.minutes(1)

    /// Creates a guard; the defaults are an hour of pause after 10 answers in 10 minutes, or after the same text three
    /// times.
    public init(
        answers: Int = 10, within: Duration = .minutes(10), pause: Duration = .hours(1), sameText: Int = 3
    ) {
        self.answers = answers
        self.within = within
        self.pause = pause
        self.sameText = sameText
    }

    /// Returns the reason against answering the message although `rule` would; `nil` if there is none.
    func objection(to message: Message, by rule: String, _ memory: Memory, at now: Timestamp) -> String? {
        let recent = memory.recentAnswers.filter { now - $0 < within }
        if recent.count >= answers {
            let count = answers == 1 ? "1 answer" : "\(answers) answers"
            return "\(count) went to this contact within \(within.words): it may be a robot"
        }
        if memory.echoes(with: message, by: rule, at: now) >= sameText - 1 {
            return "the same text came \(sameText) times, each right after an answer: it may be a robot"
        }
        return nil
    }
}

extension Memory {
    /// Returns the number of times in a row that the text of the message has come again right after an answer of ours,
    /// this time included. A person who chooses `1` in one menu after another gets answers of other rules, or in another
    /// state: that is no echo.
    func echoes(with message: Message, by rule: String?, at now: Timestamp) -> Int {
        guard let last = recentAnswers.last, let text = message.text, now - last < LoopGuard.echoTime,
            lastText == fingerprint(of: text, by: rule, at: now)
        else { return 0 }
        return echoes + 1
    }

    /// The length of a text that is compared, in Unicode scalars: a webhook may hold far more than WhatsApp lets people
    /// write.
    static let comparedLength = 1024

    /// Returns a fingerprint by which texts, with the rule that answers them and the state in which it does, are compared
    /// without being kept: a hash of the first ``comparedLength`` scalars, folded. Longer texts with the same beginning
    /// are equal.
    func fingerprint(of text: String, by rule: String?, at now: Timestamp) -> String {
        // A view of scalars that is built anew is filled scalar by scalar; a part of a text is copied.
        var bytes = FoldedText(String(Substring(text.unicodeScalars.prefix(Self.comparedLength)))).bytes
        // No text has this byte.
        bytes.append(0xFF)
        bytes += Array((rule ?? "").utf8)
        for (name, value) in state.sorted(by: { $0.key < $1.key }) where value.expires.map({ now < $0 }) ?? true {
            bytes.append(0xFF)
            bytes += Array(name.utf8)
            bytes.append(0xFF)
            bytes += Array(value.text.utf8)
        }
        return String(FNV1a.hash(bytes[...]), radix: 36)
    }
}
