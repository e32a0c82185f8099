import ArgumentParser
import Daemon
import Foundation
import JSONText
import Providers
import Testing

@testable import replyd

/// The help of the command line, for people, shells and the man page.
@Suite struct HelpTests {
    private func output(_ arguments: String...) async throws -> String {
        let result = try await ReplydProcess.run(arguments, in: FileManager.default.temporaryDirectory)
        #expect(result.exit.status == 0, "\(result.errors)")
        return result.output
    }

    /// Returns `command` and every command below it, each with the words that call it.
    private func commands(_ command: JSON, _ path: [String] = []) -> [(words: String, discussion: String)] {
        let path = path + [command["commandName"]?.text ?? ""]
        var subcommands: [JSON] = []
        if case .array(let list)? = command["subcommands"] { subcommands = list }
        let own = (path.joined(separator: " "), command["discussion"]?.text ?? "")
        return [own] + subcommands.filter { $0["commandName"]?.text != "help" }.flatMap { commands($0, path) }
    }

    /// Returns the lines of the examples: after `Example:`, and indented below it.
    private func examples(_ discussion: String) -> [String] {
        let lines = discussion.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let start = lines.firstIndex(where: { $0.hasPrefix("Example") }) else { return [] }
        let first = lines[start].split(separator: ":", maxSplits: 1).dropFirst().joined()
        return ([first] + lines[(start + 1)...].prefix { $0.hasPrefix("  ") }).map {
            $0.trimmingCharacters(in: .whitespaces)
        }.filter { !$0.isEmpty }
    }

    /// Splits a line into words as a shell does, as far as the examples need it.
    private func words(_ line: String) -> [String] {
        line.matches(of: /'([^']*)'|"([^"]*)"|[^ ]+/).map { match in String(match.1 ?? match.2 ?? match.0) }
    }

    @Test func everyCommandsHelpShowsAnExampleOfItThatCanBeCopiedAndParses() async throws {
        let dump = try #require(JSON(parsing: try await output("--experimental-dump-help").utf8))
        let all = commands(try #require(dump["command"]))
        #expect(all.count > 15)
        for (command, discussion) in all {
            let lines = examples(discussion)
            let help = try await ReplydProcess.run(
                words(command).dropFirst() + ["--help"], in: FileManager.default.temporaryDirectory
            ).output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            for line in lines {
                #expect(help.contains { $0 == line || $0 == "Example:  \(line)" }, "\(command): broken: \(line)")
            }
            let calls = lines.joined(separator: "\n").replacing("\\\n", with: "").split(separator: "\n")
                .map { words(String($0)) }.filter { $0.first == "replyd" }
            #expect(calls.contains { $0.starts(with: words(command)) }, "\(command): \(discussion)")
            for call in calls {
                let arguments = call.dropFirst().prefix { $0 != ">" }
                #expect(throws: Never.self, "\(call.joined(separator: " "))") {
                    _ = try Replyd.parseAsRoot(Array(arguments))
                }
            }
        }
    }

    @Test func whatIsWrongWithACallIsSaidAsEverythingElse() async throws {
        let result = try await ReplydProcess.run(["status"], in: FileManager.default.temporaryDirectory)
        #expect(result.exit.status == 64)
        #expect(
            result.errors.hasPrefix(
                "replyd: there is neither replyd.yaml here nor /etc/replyd/replyd.yaml: name the configuration with --config FILE\n"
            ), "\(result.errors)")
        let state = try await ReplydProcess.run(
            ["outbox", "list", "--config", "x", "--state", "hold"], in: FileManager.default.temporaryDirectory)
        #expect(
            state.errors.hasPrefix(
                "replyd: 'hold' is no state. One of: waiting, sending, held, sent, failed, dropped, dry-run, or all.\n")
        )
    }

    @Test func theVersionIsTheDaemons() async throws {
        #expect(try await output("--version") == "\(Daemon.version)\n")
    }

    @Test(arguments: [
        ("bash", "complete -o filenames -F _replyd replyd"), ("zsh", "#compdef replyd"),
        ("fish", "complete -c 'replyd'"),
    ])
    func shellsCompleteIt(shell: String, line: String) async throws {
        let script = try await output("--generate-completion-script", shell)
        #expect(script.contains(line), "\(script.suffix(200))")
        for command in ["serve", "doctor", "webhook"] { #expect(script.contains(command)) }
        guard Tool.works(shell, "--version") else { return }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(
            "replyd-completion-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(script.utf8).write(to: file)
        try Tool.run(shell, "-n", file.path)
    }
}
