extension Conversation {
    /// Adds the state of another conversation with the same contact, who was known by two addresses.
    public mutating func merge(_ other: Conversation) {
        if isLater(other.window.lastMessageAt, than: window.lastMessageAt) { window = other.window }
        if isLater(other.pausedUntil, than: pausedUntil) {
            pausedUntil = other.pausedUntil
            memory.pause = other.memory.pause
        }
        memory.merge(other.memory)
    }
}

extension Memory {
    /// Adds the memory of another conversation with the same contact; ``pause`` stays. Where both know something, the
    /// conversation with the later message counts.
    fileprivate mutating func merge(_ other: Memory) {
        let isNewer = isLater(other.lastMessageAt, than: lastMessageAt)
        if let own = consentAt, let others = other.consentAt, own != others {
            // The contact's last word counts, under whichever address it came.
            if others > own { (isOptedOut, consentAt) = (other.isOptedOut, others) }
        } else {
            isOptedOut = isOptedOut || other.isOptedOut
            consentAt = consentAt ?? other.consentAt
        }
        tags.formUnion(other.tags)
        state.merge(other.state) { isNewer ? $1 : $0 }
        answers.merge(other.answers) { ($0 + $1).sorted().suffix(Self.answersKept) }
        turns.merge(other.turns) { isNewer ? $1 : $0 }
        recentAnswers = (recentAnswers + other.recentAnswers).sorted().suffix(Self.answersKept)
        if isLater(other.menu?.sentAt, than: menu?.sentAt) { menu = other.menu }
        guard isNewer else { return }
        (lastMessageAt, lastText, echoes) = (other.lastMessageAt, other.lastText, other.echoes)
    }
}

private func isLater(_ left: Timestamp?, than right: Timestamp?) -> Bool {
    guard let left else { return false }
    return right.map { left > $0 } ?? true
}
