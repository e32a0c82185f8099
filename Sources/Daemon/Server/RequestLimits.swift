/// The limits of the head of a request, at any port. The heads of the providers' requests take a few hundred bytes.
enum RequestLimits {
    /// The largest head, and the largest field of it, in bytes.
    static let headSize = 16 << 10
    /// The most fields in a head.
    static let fieldCount = 100
}
