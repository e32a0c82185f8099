import Foundation
import SeededRandom
import Testing

/// Runs fuzzing cases and reports on them.
///
/// `REPLYD_FUZZ=50 swift test --filter FuzzTests` tries fifty times as many cases. `REPLYD_FUZZ_SEED=7` tries that seed
/// alone. `REPLYD_FUZZ_SHOW=1` writes down each seed before it is tried, so that the last one is the seed of a crash.
///
/// `swiftc -sanitize=fuzzer` works with Swift 6.3 on Linux too: a function `@_cdecl("LLVMFuzzerTestOneInput")` in a
/// package of its own may call the same code. Cases that it finds belong here.
enum Fuzz {
    private static let environment = ProcessInfo.processInfo.environment
    private static let factor = max(environment["REPLYD_FUZZ"].flatMap(Int.init) ?? 1, 1)
    private static let isShown = environment["REPLYD_FUZZ_SHOW"] != nil
    /// The time limit of a case, in this thread's own time, so that a busy machine makes no difference. A file of a
    /// megabyte takes a second or two; a case that takes this long hangs.
    private static let longest = Duration.seconds(60)

    /// Returns the seeds of `count` cases, in parts that run side by side.
    static func seeds(_ count: Int) -> [Range<UInt64>] {
        if let seed = environment["REPLYD_FUZZ_SEED"].flatMap(UInt64.init) { return [seed..<seed + 1] }
        let parts = 4
        let size = UInt64((count * factor + parts - 1) / parts)
        return (0..<UInt64(parts)).map { $0 * size..<($0 + 1) * size }
    }

    /// Tries a case for each seed, up to the first that fails.
    ///
    /// - Parameters:
    ///   - share: The share of the cases for which `body` must return `true`, so that not all of them test the same.
    ///   - longest: The time limit of a case, in its thread's own time.
    static func each(
        of seeds: Range<UInt64>, share: ClosedRange<Double>, longest: Duration = longest,
        location: SourceLocation = #_sourceLocation, _ body: (inout SeededRandom) throws -> Bool
    ) {
        var count = 0
        for seed in seeds {
            if isShown { FileHandle.standardError.write(Data("line \(location.line), seed \(seed)\n".utf8)) }
            var random = SeededRandom(seed: seed)
            let start = threadTime
            do {
                if try body(&random) { count += 1 }
            } catch {
                if !(error is ExpectationFailedError) { Issue.record(error, sourceLocation: location) }
                Issue.record("again by REPLYD_FUZZ_SEED=\(seed)", sourceLocation: location)
                return
            }
            let time = threadTime - start
            if time > longest {
                Issue.record("the case of seed \(seed) takes for ever: \(time)", sourceLocation: location)
            }
        }
        let isMixed = share.contains(Double(count) / Double(seeds.count)) || seeds.count < 50
        #expect(isMixed, "\(count) of \(seeds.count)", sourceLocation: location)
    }

    private static var threadTime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
