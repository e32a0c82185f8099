import Foundation
import Testing

@testable import Daemon

@Suite struct ProcessFiguresTests {
    private static let fields = "S 1 4711 4711 0 -1 4194560 9 0 0 0 7 8 0 0 20 0 12 0 123456 99 1"
    private static let system = "cpu  1 2 3\nintr 5\nbtime 1700000000\nprocesses 7\n"

    @Test(arguments: ["replyd", "a) b (c", ")", ""])
    func theStartOfAProcessIsReadWhateverItsName(name: String) {
        let process = "4711 (\(name)) \(Self.fields)\n"
        #expect(
            ProcessFigures.start(process: process, system: Self.system, ticksPerSecond: 100) == 1_700_001_234.56)
    }

    @Test(arguments: [
        ("", system), ("4711 (x)", system), ("4711 (x) \(fields)", ""), ("4711 (x) \(fields)", "btime soon\n"),
        ("4711 x \(fields)", system),
    ])
    func filesThatAreOtherwiseGiveNoStart(process: String, system: String) {
        #expect(ProcessFigures.start(process: process, system: system, ticksPerSecond: 100) == nil)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/stat"), "there is no /proc here"))
    func ourOwnStartLiesBehindUs() throws {
        let process = try String(contentsOfFile: "/proc/self/stat", encoding: .utf8)
        let system = try String(contentsOfFile: "/proc/stat", encoding: .utf8)
        let start = try #require(
            ProcessFigures.start(process: process, system: system, ticksPerSecond: sysconf(Int32(_SC_CLK_TCK))))
        let age = Date().timeIntervalSince1970 - start
        // The system's start is known to the second.
        #expect(age > -1 && age < 24 * 3600)
    }
}
