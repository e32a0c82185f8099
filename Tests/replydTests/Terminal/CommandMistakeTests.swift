import ArgumentParser
import Testing

@testable import replyd

@Suite struct CommandMistakeTests {
    /// Returns the words about a command line.
    private func words(_ arguments: [String]) -> String {
        do {
            _ = try Replyd.parseAsRoot(arguments)
            return ""
        } catch {
            return CommandMistake(message: Replyd.fullMessage(for: error), arguments: arguments).text
        }
    }

    @Test(arguments: [
        (
            ["try", "-1"],
            """
            replyd: '-1' is taken for an option, since it begins with '-'.
            Write a text like this last, and -- before it: replyd try -- '-1'
            """
        ),
        (
            ["try", "- it's late", "--why", "--state", "a=b c"],
            #"""
            replyd: '- it'\''s late' is taken for an option, since it begins with '-'.
            Write a text like this last, and -- before it: replyd try --why --state 'a=b c' -- '- it'\''s late'
            """#
        ),
        (
            ["try", "-- no"],
            """
            replyd: '-- no' is taken for an option, since it begins with '-'.
            Write a text like this last, and -- before it: replyd try -- '-- no'
            """
        ),
    ])
    func aTextThatBeginsWithAHyphenNeedsTwoBeforeIt(arguments: [String], words: String) {
        #expect(self.words(arguments) == words)
    }

    @Test(arguments: [["try", "--", "-1"], ["try", "hello"], ["try", "--why", "--", "- no"]])
    func behindThemItIsAText(arguments: [String]) {
        #expect(words(arguments).isEmpty)
    }

    @Test func aMissingTextIsCalledMissing() {
        #expect(words(["try", "--why"]).hasPrefix("replyd: Missing expected argument '<text>'\n"))
        #expect(words(["try", "--wyh", "hello"]).hasPrefix("replyd: Unknown option '--wyh'. Did you mean '--why'?\n"))
    }

    @Test func aRefusedValueIsRepeatedInPart() {
        let long = String(repeating: "x", count: 100_000)
        let short = String(repeating: "x", count: 59) + "…"
        #expect(
            words(["try", "--type", long, "a"]).hasPrefix("replyd: '\(short)' is not a type of message. One of: text, ")
        )
        #expect(
            words(["try", "--window", long, "a"]).hasPrefix("replyd: The value '\(short)' is invalid for '--window "))
        #expect(
            words(["try", "--window=\(long)", "a"]).hasPrefix("replyd: The value '\(short)' is invalid for '--window "))
        #expect(
            words(["try", "--type", "picture", "a"]).hasPrefix("replyd: 'picture' is not a type of message. One of: "))
        #expect(words(["outbox", "list", "--state", long]).utf8.count < 1000)
    }
}
