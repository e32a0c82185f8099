import Foundation
import Logging
import Testing

@testable import Daemon

@Suite struct LogWriterTests {
    /// `journalctl -p warning` goes by it; elsewhere it would be in the way.
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
        while !text.hasSuffix("second\n") { text += String(decoding: reader.availableData, as: UTF8.self) }
        let lines = text.split(separator: "\n")
        #expect(lines[0].contains(isJournal ? /^<4>2.*Z warning: first$/ : /^2.*Z warning: first$/), "\(text)")
        #expect(lines[1] == (isJournal ? "<4>second" : "second"))
    }

    /// Whoever reads the log may stop reading: the daemon goes on, and the log says later what it lacks.
    @Test func aReaderThatStopsHoldsUpNobodyAndIsToldWhatItMissed() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let log = LogWriter(to: ends[1])
        // More than a pipe holds (64 KiB): once its beginning has come, the thread of the log is stuck in it.
        log.append(String(repeating: "x", count: 200_000) + "\n")
        var readable = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
        #expect(poll(&readable, 1, 60_000) == 1)
        // More than may wait. That this comes to its end is the test.
        for _ in 0..<(LogWriter.limit + 2000) { log.append("line\n") }
        // The thread of the log goes on for as long as the process: neither end is closed.
        let reader = FileHandle(fileDescriptor: ends[0], closeOnDealloc: false)
        let (written, dropped) = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var text = ""
                var (written, dropped) = (0, 0)
                while written + dropped < 1 + LogWriter.limit + 2000 {
                    text += String(decoding: reader.availableData, as: UTF8.self)
                    guard let end = text.lastIndex(of: "\n") else { continue }
                    for line in text[...end].split(separator: "\n") {
                        let told = line.wholeMatch(of: /(\d+) lines of the log were dropped: nobody read them/)
                        if let told { dropped += Int(told.1) ?? 0 } else { written += 1 }
                    }
                    text = String(text[end...].dropFirst())
                }
                continuation.resume(returning: (written, dropped))
            }
        }
        #expect(written == 1 + LogWriter.limit)
        #expect(dropped == 2000)
    }
}
