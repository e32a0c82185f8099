import Matching

/// Finds what a person most likely meant.
public enum Suggestion {
    /// The candidate that fewest typing mistakes separate from `word`, if they are few for its length.
    public static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        // Nobody mistypes a word of hundreds of letters, and comparing takes the square of their number.
        guard word.utf8.count <= 256 else { return nil }
        let limit = max(1, word.count / 3)
        return
            candidates
            .map { (candidate: $0, distance: distance(word.lowercased(), $0.lowercased(), limit: limit)) }
            .filter { $0.distance <= limit }
            .min { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }?
            .candidate
    }

    /// Words whose lengths differ by more than `limit` are not looked at.
    private static func distance(_ left: String, _ right: String, limit: Int) -> Int {
        guard right.utf8.count <= 1024 else { return limit + 1 }
        let left = Array(left)
        let right = Array(right)
        return abs(left.count - right.count) <= limit ? editDistance(left, right) : limit + 1
    }
}
