import Matching

/// Finds the word that a person most likely meant.
public enum Suggestion {
    /// Returns the candidate with the fewest typing mistakes compared to `word`, or `nil` if there are too many for the
    /// length of the word.
    public static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        // Nobody mistypes a word of hundreds of letters, and a comparison takes time in the square of their number.
        guard word.utf8.count <= 256 else { return nil }
        let limit = max(1, word.count / 3)
        return
            candidates
            .map { (candidate: $0, distance: distance(word.lowercased(), $0.lowercased(), limit: limit)) }
            .filter { $0.distance <= limit }
            .min { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }?
            .candidate
    }

    /// Returns the number of typing mistakes between two words, or more than `limit` if their lengths differ by more
    /// than that.
    private static func distance(_ left: String, _ right: String, limit: Int) -> Int {
        guard right.utf8.count <= 1024 else { return limit + 1 }
        let left = Array(left)
        let right = Array(right)
        return abs(left.count - right.count) <= limit ? editDistance(left, right) : limit + 1
    }
}
