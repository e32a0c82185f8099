import ArgumentParser
import Foundation

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

    @Option(help: .hidden)
    var step: UInt64 = 1

    @Flag(help: .hidden)
    var many = false

    func run() throws {
        guard ProcessInfo.processInfo.environment["SWIFT_DETERMINISTIC_HASHING"] != nil else {
            throw ValidationError(
                "without SWIFT_DETERMINISTIC_HASHING a seed is not played twice alike; run Tests/simulate")
        }
        DiskFileSystem.register()
        let first = seed ?? 1
        let isSingle = seed != nil && !many
        var broken = 0
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
            "\(isSingle ? 1 : seeds) seeds: \(messages) messages, \(accepted) accepted sends, \(restarts) crashes, \(jobs) steps; \(broken) broke"
        )
        if broken > 0 { throw ExitCode(1) }
    }
}
