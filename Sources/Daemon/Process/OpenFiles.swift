import Foundation

/// How many files and connections the process may have open.
public enum OpenFiles {
    /// Beyond this many nothing here has a use for them.
    private static let most = rlim_t(65536)

    /// How many there may be now.
    static var limit: Int { Int(clamping: current.rlim_cur) }

    /// Asks for as many as the system lets us have: what shells and service managers start with is 1024.
    public static func raiseLimit() {
        var limit = current
        let wanted = min(limit.rlim_max, most)
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = wanted
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static var current: rlimit {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return limit
    }
}
