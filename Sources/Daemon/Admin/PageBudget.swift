import JSONText
import Synchronization

/// How much more a page of a list takes: contacts and rules decide how long what is listed is.
final class PageBudget: Sendable {
    /// What a page has room for beside its first item, in bytes.
    static let bytes = 512 << 10

    private let left = Mutex(bytes)

    /// Whether there is room for this; takes it.
    func takes(_ item: JSON) -> Bool {
        let size = item.encoded.count
        return left.withLock { left in
            left -= size
            return left >= 0
        }
    }
}
