import Foundation

/// An address at which the daemon can't listen.
public struct ListenError: Error, CustomStringConvertible {
    /// The address.
    public var address: Configuration.Address
    /// The key of the configuration that holds it.
    public var key: String
    /// The system's error number.
    public var code: Int32

    /// Creates an error for an address at which the system refuses to listen.
    public init(address: Configuration.Address, key: String, code: Int32) {
        self.address = address
        self.key = key
        self.code = code
    }

    /// The error in words that say what to do.
    public var description: String {
        switch code {
        case EADDRINUSE:
            "\(address) is taken by another program. Stop that program, or change `\(key)`."
        case EACCES:
            "replyd may not listen on \(address). Choose a port above 1023 in `\(key)`, or allow it (setcap cap_net_bind_service)."
        case EADDRNOTAVAIL:
            "\(address) is not an address of this machine. Change `\(key)`; 0.0.0.0 means all of them."
        default:
            "replyd can't listen on \(address): \(String(cString: strerror(code))). Change `\(key)`."
        }
    }
}
