import Foundation
import Testing

@testable import Daemon

@Suite struct LogWriterTests {
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
