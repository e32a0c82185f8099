import Foundation

/// Programs of the system that tests call.
enum Tool {
    struct Failure: Error {
        var command: String
        var status: Int32
        var errors: String
    }

    /// Runs a program to its end; throws a ``Failure`` if it does not end with 0.
    static func run(_ command: String..., in folder: URL? = nil) throws {
        try run(command, in: folder)
    }

    /// Runs a program to its end; throws a ``Failure`` if it does not end with 0.
    static func run(_ command: [String], in folder: URL? = nil) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.currentDirectoryURL = folder
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        let errors = Pipe()
        process.standardError = errors
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        try process.run()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        ended.wait()
        guard process.terminationStatus == 0 else {
            throw Failure(command: command.joined(separator: " "), status: process.terminationStatus, errors: text)
        }
    }

    /// Whether a program runs here and ends with 0.
    static func works(_ command: String...) -> Bool {
        (try? run(command)) != nil
    }
}
