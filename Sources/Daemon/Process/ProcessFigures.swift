import Foundation

/// What the process itself takes, as the system tells.
struct ProcessFigures {
    var residentBytes = 0
    var virtualBytes = 0
    var openFiles = 0
    var cpuSeconds = 0.0

    /// When the process began, in seconds since 1970.
    static let startedAt = Date().timeIntervalSince1970

    init() {
        // proc(5): sizes are in pages.
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        if let sizes = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " "),
            sizes.count > 1
        {
            virtualBytes = (Int(sizes[0]) ?? 0) * page
            residentBytes = (Int(sizes[1]) ?? 0) * page
        }
        // The folder is open itself while it is read.
        openFiles = max((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count - 1) ?? 0, 0)
        // POSIX has it count millionths of a second.
        cpuSeconds = Double(clock()) / 1e6
    }
}
