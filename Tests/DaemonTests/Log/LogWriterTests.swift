import Foundation
import JSONText
import Logging
import RawServer
import Testing

@testable import Daemon

@Suite struct LogWriterTests {
    /// `journalctl -p warning` filters by the priority; in other outputs it would be in the way.
    @Test(arguments: [true, false])
    func linesForTheJournalBeginWithTheirPriority(isJournal: Bool) throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        // `pipe:[12345]`
        let link = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(ends[1])")
        let inode = link.filter(\.isNumber) + (isJournal ? "" : "0")
        let log = LogWriter(to: ends[1], journal: "9:\(inode)")
        let logger = Logger(label: "test", factory: log.handler)
        logger.warning("first\nsecond")
        var text = ""
        let reader = FileHandle(fileDescriptor: ends[0], closeOnDealloc: false)
        while !text.hasSuffix("second\n") { text += String(decoding: reader.nextData, as: UTF8.self) }
        let lines = text.split(separator: "\n")
        #expect(lines[0].contains(isJournal ? /^<4>2.*Z warning: first$/ : /^2.*Z warning: first$/), "\(text)")
        #expect(lines[1] == (isJournal ? "<4>second" : "second"))
    }

    /// A reader of the log may stop reading: the daemon goes on, and the log says later how many lines it lacks.
    @Test(arguments: LogFormat.allCases)
    func aReaderThatStopsHoldsUpNobodyAndIsToldWhatItMissed(format: LogFormat) async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let log = LogWriter(to: ends[1], format: format)
        // More than a pipe holds (64 KiB): once its beginning can be read, the thread of the log is blocked in the
        // write.
        log.append(String(repeating: "x", count: 200_000) + "\n")
        var readable = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
        #expect(poll(&readable, 1, 60_000) == 1)
        // More lines than may wait. Reaching the end of this loop is the test.
        for _ in 0..<(LogWriter.limit + 2000) { log.append("line\n") }
        // The thread of the log goes on for as long as the process: neither end is closed.
        let reader = FileHandle(fileDescriptor: ends[0], closeOnDealloc: false)
        let (written, dropped) = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var text = ""
                var (written, dropped) = (0, 0)
                while written + dropped < 1 + LogWriter.limit + 2000 {
                    text += String(decoding: reader.nextData, as: UTF8.self)
                    guard let end = text.lastIndex(of: "\n") else { continue }
                    for line in text[...end].split(separator: "\n") {
                        if let count = Self.droppedLines(line, format) { dropped += count } else { written += 1 }
                    }
                    text = String(text[end...].dropFirst())
                }
                continuation.resume(returning: (written, dropped))
            }
        }
        #expect(written == 1 + LogWriter.limit)
        #expect(dropped == 2000)
    }
    /// Returns the number of dropped lines that a line reports; `nil` for any other line. A program reads it as any
    /// other line of the JSON log: with its time and its level.
    private static func droppedLines(_ line: Substring, _ format: LogFormat) -> Int? {
        let notice = /(\d+) lines of the log were dropped: nobody read them/
        switch format {
        case .text: return line.wholeMatch(of: notice).flatMap { Int($0.1) }
        case .json:
            guard case .object(let members)? = JSON(parsing: Array(line.utf8)),
                case .string(let message)? = members["msg"], case .string(let time)? = members["time"],
                members["level"] == "warning", time.contains(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
            else { return nil }
            return message.wholeMatch(of: notice).flatMap { Int($0.1) }
        }
    }
}
