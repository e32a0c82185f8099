/// What the head of a request may take, at any port. The providers' take a few hundred bytes.
enum RequestLimits {
    /// The largest head, and the largest field of it, in bytes.
    static let headSize = 16 << 10
    static let fieldCount = 100
}
