/// Returns the number of insertions, deletions, replacements and swaps of neighbours between two sequences (optimal
/// string alignment).
public func editDistance<Element: Equatable>(_ left: [Element], _ right: [Element]) -> Int {
    var before: [Int] = []
    var last = Array(0...right.count)
    for i in left.indices {
        var row = [i + 1]
        for j in right.indices {
            var cost = min(row[j] + 1, last[j + 1] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
            if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                cost = min(cost, before[j - 1] + 1)
            }
            row.append(cost)
        }
        before = last
        last = row
    }
    return last[right.count]
}
