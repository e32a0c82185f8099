import Foundation
import RawServer
import Synchronization

/// The real binary as a process of its own, with everything it writes.
final class ReplydProcess: Sendable {
    typealias Exit = ChildProcess.Exit

    private struct State {
        var output = Data()
        var errors = Data()
        var waiters: [(id: UUID, text: String, continuation: CheckedContinuation<Bool, Never>)] = []
        var exit: Exit?
        var exitWaiters: [CheckedContinuation<Exit, Never>] = []

        func contains(_ text: String) -> Bool {
            String(decoding: output, as: UTF8.self).contains(text)
                || String(decoding: errors, as: UTF8.self).contains(text)
        }
    }

    private let state = Mutex(State())
    let pid: Int32

    /// The binary: at `REPLYD_BINARY`, or beside the test bundle, where the package manager puts every product.
    static let binary: URL = {
        if let path = ProcessInfo.processInfo.environment["REPLYD_BINARY"] { return URL(fileURLWithPath: path) }
        var folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        while folder.path != "/",
            !FileManager.default.isExecutableFile(atPath: folder.appendingPathComponent("replyd").path)
        {
            folder.deleteLastPathComponent()
        }
        return folder.appendingPathComponent("replyd")
    }()

    /// Starts replyd; `through` is a command that sets something up and then becomes replyd (`prlimit`, `setpriv`).
    init(
        _ arguments: [String], environment: [String: String] = [:], through wrapper: [String] = [], in folder: URL
    ) throws {
        var all = ProcessInfo.processInfo.environment
        all["REPLYD_CRASH_AT"] = nil
        let output = Pipe()
        let errors = Pipe()
        let ended = DispatchGroup()
        let process = try ChildProcess(
            wrapper + [Self.binary.path] + arguments, environment: all.merging(environment) { $1 }, in: folder,
            output: output, errors: errors)
        pid = process.pid
        (0..<2).forEach { _ in ended.enter() }
        read(output, until: ended) { $0.output += $1 }
        read(errors, until: ended) { $0.errors += $1 }
        Thread { [self] in
            ended.wait()
            let exit = process.waitUntilExit()
            let (waiters, readers) = state.withLock { state in
                state.exit = exit
                defer {
                    state.exitWaiters = []
                    state.waiters = []
                }
                return (state.exitWaiters, state.waiters)
            }
            waiters.forEach { $0.resume(returning: exit) }
            readers.forEach { $0.continuation.resume(returning: false) }
        }.start()
    }

    private func read(
        _ pipe: Pipe, until ended: DispatchGroup, _ append: @escaping @Sendable (inout State, Data) -> Void
    ) {
        let handle = pipe.fileHandleForReading
        Thread { [self] in
            while case let data = handle.nextData, !data.isEmpty {
                let ready = state.withLock { state in
                    append(&state, data)
                    let (ready, rest) = state.waiters.partitioned { state.contains($0.text) }
                    state.waiters = rest
                    return ready
                }
                ready.forEach { $0.continuation.resume(returning: true) }
            }
            ended.leave()
        }.start()
    }

    /// The text that it wrote to standard output so far.
    var output: String { String(decoding: state.withLock { $0.output }, as: UTF8.self) }
    /// The text that it wrote to standard error so far.
    var errors: String { String(decoding: state.withLock { $0.errors }, as: UTF8.self) }

    /// Waits until it has written `text`; returns `false` if it ends without, or has not written it in two minutes.
    func waits(for text: String, within limit: Duration = .seconds(120)) async -> Bool {
        let id = UUID()
        let deadline = Task { [self] in
            guard (try? await Task.sleep(for: limit)) != nil else { return }
            let late = state.withLock { state in
                let (late, rest) = state.waiters.partitioned { $0.id == id }
                state.waiters = rest
                return late
            }
            late.forEach { $0.continuation.resume(returning: false) }
        }
        defer { deadline.cancel() }
        return await withCheckedContinuation { continuation in
            let known: Bool? = state.withLock { state in
                if state.contains(text) { return true }
                if state.exit != nil { return false }
                state.waiters.append((id, text, continuation))
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    /// Whether it has ended.
    var hasEnded: Bool { state.withLock { $0.exit != nil } }

    /// Waits until it has ended.
    func exit() async -> Exit {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state in
                if state.exit == nil { state.exitWaiters.append(continuation) }
                return state.exit
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    func send(_ signal: Int32) {
        kill(pid, signal)
    }

    /// Runs replyd to its end.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], through wrapper: [String] = [], in folder: URL
    ) async throws -> (exit: Exit, output: String, errors: String) {
        let process = try ReplydProcess(arguments, environment: environment, through: wrapper, in: folder)
        let exit = await process.exit()
        return (exit, process.output, process.errors)
    }
}

extension Array {
    fileprivate func partitioned(_ isFirst: (Element) -> Bool) -> (first: [Element], rest: [Element]) {
        (filter(isFirst), filter { !isFirst($0) })
    }
}
