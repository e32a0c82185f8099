import Foundation
public import Logging
import Responder
import Synchronization

/// One line an entry: time in UTC, level, message, then what belongs to it.
struct LineLogHandler: LogHandler {
    let writer: LogWriter
    /// nil for that of the writer, which changes.
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
        // Of several lines are only reports of ours; no message can write to a terminal.
        line += "\(event.message)".split(separator: "\n", omittingEmptySubsequences: false)
            .map { String($0).withoutControls }.joined(separator: "\n")
        for detail in all.map({ " \($0.key)=\("\($0.value)".printable)" }).sorted() { line += detail }
        line += "\n"
        guard writer.hasPriorities else { return writer.append(line) }
        let lines = line.split(separator: "\n").map { "<\(event.level.priority)>\($0)\n" }
        writer.append(lines.joined())
    }

    private static func json(_ event: LogEvent, _ details: Logger.Metadata) -> String {
        var line = "{\"time\":\"\(time())\",\"level\":\"\(event.level)\",\"msg\":\"\(escaped("\(event.message)"))\""
        for (key, value) in details.sorted(by: { $0.key < $1.key }) {
            line += ",\"\(escaped(key))\":\(json(value))"
        }
        return line + "}\n"
    }

    /// What is a number is one; of a time that something took, its milliseconds.
    private static func json(_ value: Logger.MetadataValue) -> String {
        if case .stringConvertible(let value) = value {
            if let number = value as? any FixedWidthInteger { return "\(number)" }
            if let took = value as? Elapsed { return "\(took.milliseconds)" }
        }
        return "\"\(escaped("\(value)".printable))\""
    }

    /// As it stands between quotes in JSON, and harmless to a terminal (RFC 8259, section 7).
    private static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).withoutControls }
        for byte in lines.joined(separator: "\n").utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes += Array("\\n".utf8)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func time() -> String { LogWriter.time(Clock.system.now()) }
}

extension Logger.Level {
    /// As syslog counts (RFC 5424, section 6.2.1).
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
