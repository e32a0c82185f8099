import Daemon
import Foundation
import Providers
import Testing

/// What the command line says of itself, to people, shells and the man page.
@Suite struct HelpTests {
    private func output(_ arguments: String...) async throws -> String {
        let result = try await ReplydProcess.run(arguments, in: FileManager.default.temporaryDirectory)
        #expect(result.exit.status == 0, "\(result.errors)")
        return result.output
    }

    /// Every command below `command`, each by the words that call it.
    private func commands(_ command: JSON, _ path: [String] = []) -> [(words: String, discussion: String)] {
        let path = path + [command["commandName"]?.text ?? ""]
        var subcommands: [JSON] = []
        if case .array(let list)? = command["subcommands"] { subcommands = list }
        let own = (path.joined(separator: " "), command["discussion"]?.text ?? "")
        return [own] + subcommands.filter { $0["commandName"]?.text != "help" }.flatMap { commands($0, path) }
    }

    @Test func everyCommandsHelpShowsAnExampleOfIt() async throws {
        let dump = try #require(JSON(parsing: try await output("--experimental-dump-help").utf8))
        let all = commands(try #require(dump["command"]))
        #expect(all.count > 15)
        for (words, discussion) in all {
            #expect(discussion.contains(/Examples?:\s+/) && discussion.contains("\(words) "), "\(words): \(discussion)")
        }
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
