import ArgumentParser
import Foundation
import Synchronization

/// Runs replyd's pipeline on a simulated clock, scheduler, provider and disk, once for each seed.
@main
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Try to make replyd lose or double a message.",
        discussion: "Example:  Tests/simulate --seeds 2000")

    @Option(help: "How many seeds to run.")
    var seeds = 2000

    @Option(help: "The first seed; alone, the only one, with what happened in it.")
    var seed: UInt64?

    @Option(help: "How many of them to run on real threads too; one in a hundred if nothing is said.")
    var threads: Int?

    @Option(help: .hidden)
    var step: UInt64 = 1

    @Flag(help: .hidden)
    var many = false

    func run() throws {
        guard ProcessInfo.processInfo.environment["SWIFT_DETERMINISTIC_HASHING"] != nil else {
            throw ValidationError(
                "without SWIFT_DETERMINISTIC_HASHING a seed is not played twice alike; run Tests/simulate")
        }
        let first = seed ?? 1
        let isSingle = seed != nil && !many
        var broken = 0
        // On the machine's own disk, so before the simulated one takes its place.
        let threaded = threads ?? (isSingle ? 0 : seeds / 100)
        for number in 0..<UInt64(threaded) {
            let failures = playThreaded(seed: first + number * step)
            guard !failures.isEmpty else { continue }
            broken += 1
            print(
                "seed \(first + number * step) broke on threads; to try it again: Tests/simulate --seed \(first + number * step) --threads 20"
            )
            for failure in failures.prefix(10) { print("    \(failure)") }
        }
        DiskFileSystem.register()
        var (messages, accepted, restarts, jobs) = (0, 0, 0, 0)
        for number in 0..<(isSingle ? 1 : UInt64(seeds)) {
            let simulation = Simulation(seed: first + number * step)
            simulation.play()
            messages += simulation.written.count
            accepted += simulation.provider.accepted.count
            restarts += simulation.restarts
            jobs += simulation.jobCount
            guard !simulation.failures.isEmpty else { continue }
            broken += 1
            print(
                "seed \(first + number * step) broke; to see it again: Tests/simulate --seed \(first + number * step)")
            for failure in simulation.failures.prefix(10) { print("    \(failure)") }
            if broken == 10 { break }
        }
        print(
            "\(isSingle ? 1 : seeds) seeds: \(messages) messages, \(accepted) accepted sends, \(restarts) crashes, \(jobs) steps; \(threaded) on threads; \(broken) broke"
        )
        if broken > 0 { throw ExitCode(1) }
    }

    private func playThreaded(seed: UInt64) -> [String] {
        let failures = Mutex<[String]>([])
        let isOver = DispatchSemaphore(value: 0)
        Task.detached {
            let found = await ThreadedSimulation(seed: seed).play()
            failures.withLock { $0 = found }
            isOver.signal()
        }
        isOver.wait()
        return failures.withLock { $0 }
    }
}
