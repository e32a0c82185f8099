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
        let errors = Pipe()
        let process = try ChildProcess(command, in: folder, errors: errors)
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let exit = process.waitUntilExit()
        guard exit == ChildProcess.Exit(status: 0, wasKilled: false) else {
            throw Failure(command: command.joined(separator: " "), status: exit.status, errors: text)
        }
    }

    /// Whether a program runs here and ends with 0.
    static func works(_ command: String...) -> Bool {
        (try? run(command)) != nil
    }
}
