import Foundation
public import Logging
import Responder
import Synchronization

/// Writes log lines to standard error from a dedicated thread: a reader that has stopped reading holds up nothing.
///
/// Once ``limit`` lines wait, further lines are dropped, and their number is logged later.
public final class LogWriter: Sendable {
    /// The number of lines that may wait.
    static let limit = 4096

    private struct State {
        var lines: [UInt8] = []
        var count = 0
        var dropped = 0
        var isWriting = false
    }

    private let state = Mutex(State())
    private let ready = DispatchSemaphore(value: 0)
    /// The time that a line waits for others, in microseconds: under load many lines go in one call and wake the thread
    /// once.
    private static let debounce: UInt32 = 2000

    private let descriptor: Int32
    let format: LogFormat
    private let usualLevel: Logger.Level
    /// Whether each line begins with its priority, `<4>` for a warning (sd-daemon(3)), which the journal takes off.
    let hasPriorities: Bool
    private let isDebugging = Atomic(false)

    /// Creates a writer to standard error and starts its thread.
    ///
    /// - Parameters:
    ///   - format: The form of the lines.
    ///   - level: The lowest level that is written.
    public convenience init(format: LogFormat = .text, level: Logger.Level = .info) {
        self.init(to: STDERR_FILENO, format: format, level: level)
    }

    /// Creates a writer to a file descriptor and starts its thread.
    ///
    /// - Parameter journal: The name that systemd gives the stream of the journal (systemd.exec(5)); `nil` if there is
    ///   none.
    init(
        to descriptor: Int32, format: LogFormat = .text, level: Logger.Level = .info,
        journal: String? = ProcessInfo.processInfo.environment["JOURNAL_STREAM"]
    ) {
        self.descriptor = descriptor
        self.format = format
        usualLevel = level
        hasPriorities = Self.isJournal(descriptor, journal)
        let thread = Thread { [self] in
            while true {
                ready.wait()
                usleep(Self.debounce)
                writeAll()
            }
        }
        thread.name = "log"
        thread.start()
    }

    /// Whether lines written to `descriptor` go to the journal, whose stream systemd names by device and inode.
    private static func isJournal(_ descriptor: Int32, _ stream: String?) -> Bool {
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
        guard let link, let inode = stream?.split(separator: ":").last else { return false }
        return link.hasSuffix(":[\(inode)]")
    }

    /// Returns a log handler that writes through this writer.
    public func handler(label: String) -> any LogHandler {
        LineLogHandler(writer: self)
    }

    /// The lowest level that is written.
    var level: Logger.Level { isDebugging.load(ordering: .relaxed) ? min(.debug, usualLevel) : usualLevel }

    /// Switches to the debug level, or back to the usual level; returns the new level.
    public func toggleDebug() -> Logger.Level {
        isDebugging.logicalXor(true, ordering: .relaxed)
        return level
    }

    /// Waits until all lines are written, but for some 200 ms at most. It is meant for the end of the process.
    public func flush() {
        for _ in 0..<100 where state.withLock({ !$0.lines.isEmpty || $0.isWriting }) { usleep(2000) }
    }

    func append(_ line: String) {
        let isFirst = state.withLock { state in
            defer {
                if state.count < Self.limit {
                    state.lines += line.utf8
                    state.count += 1
                } else {
                    state.dropped += 1
                }
            }
            return state.lines.isEmpty
        }
        // Lines that come before the thread has looked go with the first one.
        if isFirst { ready.signal() }
    }

    private func writeAll() {
        var bytes = state.withLock { state in
            defer {
                state.lines = []
                state.count = 0
                state.dropped = 0
                state.isWriting = true
            }
            if state.dropped > 0 {
                let notice = "\(state.dropped) lines of the log were dropped: nobody read them"
                switch format {
                case .json:
                    state.lines += LogFormat.jsonLine(level: .warning, notice, at: Clock.system.now()).utf8
                case .text: state.lines += (notice + "\n").utf8
                }
            }
            return state.lines[...]
        }
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes = bytes.dropFirst(count)
        }
        state.withLock { $0.isWriting = false }
    }
}

extension LogWriter {
    /// The last second that was formatted. Each line has a time, and formatting it takes as long as everything else in
    /// the line.
    private static let second = Mutex((number: Int64.min, text: ""))

    /// Returns a moment as the log has it: `2026-11-21T12:00:00.123Z`.
    static func time(_ moment: Timestamp) -> String {
        let now = moment.milliseconds
        func digits(_ value: Int64, _ count: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
        }
        let text = second.withLock { second in
            if second.number != now / 1000 {
                let (ofDay, date) = (now / 1000 % 86_400, LocalDate(number: Int(now / 86_400_000)))
                let clock = [ofDay / 3600, ofDay / 60 % 60, ofDay % 60].map { digits($0, 2) }
                second = (now / 1000, "\(date)T\(clock.joined(separator: ":"))")
            }
            return second.text
        }
        return "\(text).\(digits(now % 1000, 3))Z"
    }
}
