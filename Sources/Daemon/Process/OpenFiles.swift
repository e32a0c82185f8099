import Foundation

/// The limit of files and connections that the process may have open.
public enum OpenFiles {
    /// The largest limit that is asked for: replyd has no use for more.
    private static let most = rlim_t(65536)

    /// The limit now.
    static var limit: Int { Int(clamping: current.rlim_cur) }

    /// Raises the limit as far as the system allows, up to 65536: shells and service managers start with 1024.
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
