import ArgumentParser
import Daemon
import Foundation
import Responder
import Store

struct ForgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Erase a person: messages, answers, name and number.",
        discussion: """
            Example:  replyd forget --config replyd.yaml 052-111-2233

            A number is read as in the console's search: 0521112233, +972 52-111-2233 and 972521112233 are one. Says \
            whom it is about and asks before it erases anything; with --yes it does not ask. Where nobody can be asked \
            (a script) it erases nothing without --yes and ends with status 64.

            Works beside a running daemon. Counts of messages and \
            answers stay; an opt-out is forgotten too; what still waits for the person is not sent. Backups made \
            before still hold what is erased here, and a report of the provider that comes late may bring the number back.
            """
    )

    @OptionGroup var database: DatabaseOptions

    @Flag(help: "Do not ask.")
    var yes = false

    @Argument(help: "The contact's number, or the provider's id of the contact.") var contact: String

    func run() async throws {
        try await database.withStore { store, configuration in
            let people = try await store.people(named: contact)
            guard !people.isEmpty else {
                complain("replyd: nobody here is \(contact). Numbers are written like 052-111-2233 or 972521112233.")
                throw ExitCode.notFine
            }
            guard Set(people.map(\.name)).count == 1 else {
                let names = people.map { "\($0.name) (account \($0.account))" }.joined(separator: ", ")
                complain("replyd: \(contact) may be any of these: \(names). Write the number with its country.")
                throw ExitCode.notFine
            }
            try confirm(people)
            let forgotten = try await store.forget(people, by: .this)
            ControlClient(database: configuration.database).takeOperatorActions()
            for person in forgotten { complain("erased: \(person.words)") }
        }
    }

    private func confirm(_ people: [Forgotten]) throws {
        if yes { return }
        for person in people { complain("to be erased for good: \(person.words)") }
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else {
            complain("replyd: nothing is erased, for nobody can be asked here. Add --yes.")
            throw ExitCode(64)
        }
        FileHandle.standardError.write(Data("Erase it? [y/N] ".utf8))
        guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
            complain("nothing is erased")
            throw ExitCode.notFine
        }
    }
}

extension Forgotten {
    /// The erased data in words: `972521112233 (account 972771234567): 3 messages, 2 answers`.
    fileprivate var words: String {
        "\(name) (account \(account)): \(counted(messages, "message")), \(counted(answers, "answer"))"
    }
}
