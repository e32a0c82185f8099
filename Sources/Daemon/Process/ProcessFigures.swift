import Foundation

/// The resources that the process takes, as the system reports them.
struct ProcessFigures {
    var residentBytes = 0
    var virtualBytes = 0
    var openFiles = 0
    var cpuSeconds = 0.0

    /// The start of the process, in seconds since 1970; the moment of the first look if the system does not say.
    static let startedAt: Double = {
        let now = Date().timeIntervalSince1970
        guard let process = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
            let system = try? String(contentsOfFile: "/proc/stat", encoding: .utf8)
        else { return now }
        return start(process: process, system: system, ticksPerSecond: sysconf(Int32(_SC_CLK_TCK))) ?? now
    }()

    /// Reads the start of a process off `/proc/PID/stat` and `/proc/stat`, as proc(5) describes them.
    ///
    /// - Returns: Seconds since 1970, or `nil` if one of the files is not like that.
    static func start(process: String, system: String, ticksPerSecond: Int) -> Double? {
        // The name of the program stands in parentheses and may hold some itself; field 22 is the start in clock ticks
        // since the system's.
        guard let name = process.lastIndex(of: ")"), ticksPerSecond > 0 else { return nil }
        let fields = process[process.index(after: name)...].split(separator: " ")
        let boot = system.split(separator: "\n").first { $0.hasPrefix("btime ") }
        guard fields.count > 19, let ticks = Double(fields[19]), let boot, let bootedAt = Double(boot.dropFirst(6))
        else {
            return nil
        }
        return bootedAt + ticks / Double(ticksPerSecond)
    }

    init() {
        // proc(5): sizes are in pages.
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        if let sizes = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " "),
            sizes.count > 1
        {
            virtualBytes = (Int(sizes[0]) ?? 0) * page
            residentBytes = (Int(sizes[1]) ?? 0) * page
        }
        // The folder itself is open while it is read.
        openFiles = max((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count - 1) ?? 0, 0)
        // POSIX lets `clock()` count microseconds.
        cpuSeconds = Double(clock()) / 1e6
    }
}
