import Foundation
import JSONText
public import Logging
import Responder

/// Writes one line for each entry: the time in UTC, the level, the message, then the metadata.
struct LineLogHandler: LogHandler {
    let writer: LogWriter
    /// The level of this handler; `nil` for the level of the writer, which changes.
    private var ownLevel: Logger.Level?
    var logLevel: Logger.Level {
        get { ownLevel ?? writer.level }
        set { ownLevel = newValue }
    }
    var metadata: Logger.Metadata = [:]

    init(writer: LogWriter) {
        self.writer = writer
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let own = event.metadata ?? [:]
        let all = metadata.isEmpty ? own : metadata.merging(own) { $1 }
        if writer.format == .json { return writer.append(Self.json(event, all)) }
        var line = Self.time()
        line += " \(event.level): "
        // Only our own reports have several lines. Control characters are replaced, so that no message can write to a
        // terminal.
        line += "\(event.message)".split(separator: "\n", omittingEmptySubsequences: false)
            .map { String($0).withoutControls }.joined(separator: "\n")
        for detail in all.map({ " \($0.key)=\("\($0.value)".printable)" }).sorted() { line += detail }
        line += "\n"
        guard writer.hasPriorities else { return writer.append(line) }
        let lines = line.split(separator: "\n").map { "<\(event.level.priority)>\($0)\n" }
        writer.append(lines.joined())
    }

    private static func json(_ event: LogEvent, _ details: Logger.Metadata) -> String {
        let message = "\(event.message)".split(separator: "\n", omittingEmptySubsequences: false)
            .map { String($0).withoutControls }.joined(separator: "\n")
        return LogFormat.jsonLine(level: event.level, message, at: Clock.system.now()) { line in
            for (key, value) in details.sorted(by: { $0.key < $1.key }) {
                line.member(key.withoutControls) { Self.write(value, to: &$0) }
            }
        }
    }

    /// Writes a number as a number, an elapsed time as its milliseconds, and everything else as a text.
    private static func write(_ value: Logger.MetadataValue, to line: inout JSONWriter) {
        if case .stringConvertible(let value) = value {
            if let number = value as? any FixedWidthInteger { return line.literal("\(number)") }
            if let elapsed = value as? Elapsed { return line.number(elapsed.milliseconds) }
        }
        line.text("\(value)".printable)
    }

    private static func time() -> String { LogWriter.time(Clock.system.now()) }
}

extension Logger.Level {
    /// The level in the numbers of syslog (RFC 5424, section 6.2.1).
    fileprivate var priority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
