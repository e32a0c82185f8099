import Foundation
public import Logging
import Synchronization

/// Writes log lines to standard error from a thread of its own: a reader that has stopped reading holds up nothing.
///
/// What can't be written is dropped once ``limit`` lines wait, and the number of lines dropped is said later.
public final class LogWriter: Sendable {
    /// How many lines may wait.
    static let limit = 4096

    private struct State {
        var lines: [String] = []
        var dropped = 0
        var isWriting = false
    }

    private let state = Mutex(State())
    private let ready = DispatchSemaphore(value: 0)

    private let descriptor: Int32

    /// A writer to standard error, with its thread.
    public convenience init() {
        self.init(to: STDERR_FILENO)
    }

    init(to descriptor: Int32) {
        self.descriptor = descriptor
        let thread = Thread { [self] in
            while true {
                ready.wait()
                writeAll()
            }
        }
        thread.name = "log"
        thread.start()
    }

    /// A log handler that writes through this writer.
    public func handler(label: String) -> any LogHandler {
        LineLogHandler(writer: self)
    }

    /// Waits a moment for what is still to be written: for the end of the process.
    public func flush() {
        for _ in 0..<100 where state.withLock({ !$0.lines.isEmpty || $0.isWriting }) { usleep(2000) }
    }

    func append(_ line: String) {
        let isFirst = state.withLock { state in
            defer { if state.lines.count < Self.limit { state.lines.append(line) } else { state.dropped += 1 } }
            return state.lines.isEmpty
        }
        // Those that come before the thread has looked go with the first one.
        if isFirst { ready.signal() }
    }

    private func writeAll() {
        let lines = state.withLock { state -> [String] in
            defer {
                state.lines = []
                state.dropped = 0
                state.isWriting = true
            }
            return state.dropped > 0
                ? state.lines + ["\(state.dropped) lines of the log were dropped: nobody read them\n"] : state.lines
        }
        // Under load many lines wait for each other: they go in one call.
        var bytes = lines.reduce(into: [UInt8]()) { $0 += $1.utf8 }[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes = bytes.dropFirst(count)
        }
        state.withLock { $0.isWriting = false }
    }
}

/// One line an entry: time in UTC, level, message, then what belongs to it.
private struct LineLogHandler: LogHandler {
    let writer: LogWriter
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    init(writer: LogWriter) {
        self.writer = writer
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let details = all.sorted { $0.key < $1.key }.map { " \($0.key)=\("\($0.value)".printable)" }.joined()
        // Of several lines are only reports of ours; no message can write to a terminal.
        let message = "\(event.message)".split(separator: "\n", omittingEmptySubsequences: false)
            .map { String($0).withoutControls }.joined(separator: "\n")
        writer.append("\(Self.time()) \(event.level): \(message)\(details)\n")
    }

    private static func time() -> String {
        var now = timeval()
        gettimeofday(&now, nil)
        var parts = tm()
        gmtime_r(&now.tv_sec, &parts)
        // Each line has one, and formatting it by a pattern takes as long as all else in it.
        func digits(_ value: some BinaryInteger, _ count: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let date = "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1, 2))-\(digits(parts.tm_mday, 2))"
        let clock = "\(digits(parts.tm_hour, 2)):\(digits(parts.tm_min, 2)):\(digits(parts.tm_sec, 2))"
        return "\(date)T\(clock).\(digits(now.tv_usec / 1000, 3))Z"
    }
}
