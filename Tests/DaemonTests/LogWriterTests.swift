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
        let reader = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
        let text = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var text = ""
                while !text.contains("of the log were dropped") {
                    text += String(decoding: reader.availableData, as: UTF8.self)
                    // What was dropped is told with the next line.
                    if text.hasSuffix(line) { log.append("next\n") }
                }
                continuation.resume(returning: text)
            }
        }
        let dropped = try #require(text.firstMatch(of: /(\d+) lines of the log were dropped: nobody read them/))
        let written = text.components(separatedBy: line).count - 1
        #expect(written + (Int(dropped.1) ?? 0) >= LogWriter.limit + 2000)
        close(ends[1])
    }
}
