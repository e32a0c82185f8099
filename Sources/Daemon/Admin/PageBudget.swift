import JSONText
import Synchronization

/// The page budget: the bytes that a page of a list may still take. It is needed because contacts and rules decide how
/// long a listed item is.
final class PageBudget: Sendable {
    /// The page budget for all items beside the first one, in bytes.
    static let bytes = 512 << 10

    private let left = Mutex(bytes)

    /// Takes the size of an item from the budget; returns whether the budget was large enough.
    func takes(_ item: JSON) -> Bool {
        let size = item.encoded.count
        return left.withLock { left in
            left -= size
            return left >= 0
        }
    }
}
