import Foundation
import Testing

@testable import Daemon

@Suite struct LogWriterTests {
    /// Whoever reads the log may stop reading: the daemon goes on, and the log says later what it lacks.
    @Test func aReaderThatStopsHoldsUpNobodyAndIsToldWhatItMissed() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let log = LogWriter(to: ends[1])
        // More than a pipe (64 KiB) and the queue hold. That this comes to its end is the test.
        let line = String(repeating: "x", count: 99) + "\n"
        for _ in 0..<(LogWriter.limit + 2000) { log.append(line) }
        // The thread of the log goes on for as long as the process: neither end is closed.
        let reader = FileHandle(fileDescriptor: ends[0], closeOnDealloc: false)
        let (written, dropped) = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var text = ""
                var (written, dropped) = (0, 0)
                while written + dropped < LogWriter.limit + 2000 {
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
        #expect(written + dropped == LogWriter.limit + 2000)
        #expect(dropped > 0)
    }
}
