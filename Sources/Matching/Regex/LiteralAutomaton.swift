/// Finds many byte strings in a text in one pass, however many they are (Aho and Corasick, 1975).
///
/// States are numbered breadth first, so that the children of a state are next to each other and edges need no memory
/// of their own: a state takes 17 bytes.
struct LiteralAutomaton: Sendable {
    private static let root = 0
    private static let none: Int32 = -1

    /// The byte that leads to each state from its parent, by state.
    private var labels: [UInt8] = [0]
    /// The first child of each state, by state; its last child comes right before the first child of the next state.
    private var firstChild: [Int32] = []
    /// The longest other state that the text of each state ends with, by state.
    private var fallback: [Int32] = [0]
    /// The index of the literal that each state completes, by state; ``none`` if it completes none.
    private var completed: [Int32] = [none]
    /// The nearest state along the fallbacks of each state that completes a literal, by state; ``none`` if there is
    /// none.
    private var nextCompleted: [Int32] = [none]
    /// The child of the root for each byte, by byte; the root itself if there is none.
    private var firstStates = [Int32](repeating: 0, count: 256)

    /// Creates an automaton for these literals, none of which may be empty; each is identified by its index in the
    /// list.
    init(_ literals: [[UInt8]]) {
        let order = literals.indices.sorted { literals[$0].lexicographicallyPrecedes(literals[$1]) }
        /// Ranges of literals, as indices in `order`, that share their first `depth` bytes; one range for each state.
        var waiting: [(range: Range<Int>, depth: Int)] = [(order.indices, 0)]
        var state = 0
        while state < waiting.count {
            let (range, depth) = waiting[state]
            firstChild.append(Int32(labels.count))
            var start = range.lowerBound
            if depth > 0, literals[order[start]].count == depth {
                completed[state] = Int32(order[start])
                start += 1
            }
            while start < range.upperBound {
                let label = literals[order[start]][depth]
                var end = start + 1
                while end < range.upperBound, literals[order[end]][depth] == label { end += 1 }
                append(label, to: state, waiting: &waiting, start..<end, depth + 1)
                start = end
            }
            state += 1
        }
        firstChild.append(Int32(labels.count))
        link()
    }

    private mutating func append(
        _ label: UInt8, to parent: Int, waiting: inout [(range: Range<Int>, depth: Int)], _ range: Range<Int>,
        _ depth: Int
    ) {
        if parent == Self.root { firstStates[Int(label)] = Int32(labels.count) }
        labels.append(label)
        // The parent is stored here for now; ``link()`` replaces it by the fallback.
        fallback.append(Int32(parent))
        completed.append(Self.none)
        nextCompleted.append(Self.none)
        waiting.append((range, depth))
    }

    private mutating func link() {
        for state in labels.indices.dropFirst() {
            let parent = Int(fallback[state])
            fallback[state] = parent == Self.root ? 0 : Int32(step(from: Int(fallback[parent]), by: labels[state]))
            let shorter = fallback[state]
            nextCompleted[state] = completed[Int(shorter)] >= 0 ? shorter : nextCompleted[Int(shorter)]
        }
    }

    private func step(from state: Int, by byte: UInt8) -> Int {
        var state = state
        while state != Self.root {
            if let child = child(of: state, by: byte) { return child }
            state = Int(fallback[state])
        }
        return Int(firstStates[Int(byte)])
    }

    private func child(of state: Int, by byte: UInt8) -> Int? {
        let end = Int(firstChild[state + 1])
        var child = Int(firstChild[state])
        while child < end {
            if labels[child] == byte { return child }
            child += 1
        }
        return nil
    }

    /// Calls `body` with each occurrence of a literal: its index in the list and the offset of its end, exclusive.
    func forEachOccurrence(in text: [UInt8], _ body: (_ literal: Int, _ end: Int) -> Void) {
        guard labels.count > 1 else { return }
        var state = Self.root
        for (place, byte) in text.enumerated() {
            state = step(from: state, by: byte)
            var next = completed[state] >= 0 ? Int32(state) : nextCompleted[state]
            while next >= 0 {
                body(Int(completed[Int(next)]), place + 1)
                next = nextCompleted[Int(next)]
            }
        }
    }
}
