/// Finds many byte strings in a text in one pass, however many they are (Aho and Corasick, 1975).
///
/// States are numbered breadth first, so that the children of a state stand next to each other and no edge needs a place
/// of its own: a state takes 17 bytes.
struct LiteralAutomaton: Sendable {
    private static let root = 0
    private static let none: Int32 = -1

    /// By state, the byte that leads to it from its parent.
    private var labels: [UInt8] = [0]
    /// By state, its first child; its last one stands before the first child of the next state.
    private var firstChild: [Int32] = []
    /// By state, the longest other state that its text ends with.
    private var fallback: [Int32] = [0]
    /// By state, the literal that it completes.
    private var completed: [Int32] = [none]
    /// By state, the nearest state on its way of fallbacks that completes a literal.
    private var nextCompleted: [Int32] = [none]
    /// By byte, the child of the root.
    private var firstStates = [Int32](repeating: 0, count: 256)

    /// An automaton for these literals, none of which may be empty; each is known by its place in the list.
    init(_ literals: [[UInt8]]) {
        let order = literals.indices.sorted { literals[$0].lexicographicallyPrecedes(literals[$1]) }
        /// Literals, by their places in `order`, that share their first `depth` bytes.
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
        // The parent stands in for now; ``link()`` puts the fallback there.
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

    /// Calls `body` with each occurrence of a literal: its place in the list and where it ends, exclusive.
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
