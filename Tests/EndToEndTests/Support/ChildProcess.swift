import CSpawn
import Dispatch
import Foundation
import Synchronization

/// A program that a test starts.
///
/// This is not Foundation's `Process`: that reads beyond its own buffer, and at times crashes, when more than 1,300 files
/// are open, as they are while suites run beside each other; and what it starts inherits the signals that the thread
/// has blocked, which for threads of tests are nearly all.
final class ChildProcess: Sendable {
    struct Exit: Equatable {
        /// The status it ended with, or the signal that ended it.
        var status: Int32
        var wasKilled: Bool
    }

    let pid: pid_t
    private let exit = Mutex<Exit?>(nil)
    private let ended = DispatchGroup()

    /// Starts a program, looked for on the path; its streams are the pipes given, or `/dev/null`. It inherits no other
    /// file.
    init(
        _ command: [String], environment: [String: String] = ProcessInfo.processInfo.environment, in folder: URL? = nil,
        input: Pipe? = nil, output: Pipe? = nil, errors: Pipe? = nil
    ) throws {
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        let ends = [input?.fileHandleForReading, output?.fileHandleForWriting, errors?.fileHandleForWriting]
        for (stream, end) in zip(Int32(0)..., ends) {
            if let end {
                posix_spawn_file_actions_adddup2(&files, end.fileDescriptor, stream)
            } else {
                posix_spawn_file_actions_addopen(&files, stream, "/dev/null", stream == 0 ? O_RDONLY : O_WRONLY, 0)
            }
        }
        posix_spawn_file_actions_addclosefrom_np(&files, 3)
        if let folder { posix_spawn_file_actions_addchdir_np(&files, folder.path) }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        let arguments = command.map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        var child = pid_t()
        let failure = posix_spawnp(&child, command[0], &files, &attributes, arguments, variables)
        guard failure == 0 else { throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO) }
        ends.forEach { try? $0?.close() }
        pid = child

        ended.enter()
        Thread { [self] in
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7f
            let exit = Exit(status: signal == 0 ? status >> 8 & 0xff : signal, wasKilled: signal != 0)
            self.exit.withLock { $0 = exit }
            ended.leave()
        }.start()
    }

    /// Waits until it has ended.
    @discardableResult func waitUntilExit() -> Exit {
        ended.wait()
        guard let exit = exit.withLock({ $0 }) else { preconditionFailure("what has ended has a status") }
        return exit
    }

    var hasEnded: Bool { exit.withLock { $0 != nil } }

    func send(_ signal: Int32) { kill(pid, signal) }
}
