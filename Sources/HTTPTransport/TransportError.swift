/// The reason why no answer came back. The cases tell whether the request may have been read at the other end.
public enum TransportError: Error, Sendable, Hashable {
    /// Not a byte of the request was written.
    case notSent(String)
    /// The request was being written, or had been.
    case maybeSent(String)
}
