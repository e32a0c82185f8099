import ArgumentParser
import Store

struct Forget: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Erase a person: messages, answers, name and number.",
        discussion: """
            Example:  replyd forget --config replyd.yaml 972501234567

            Works beside a running daemon. Counts stay; what still waits for the person is not sent. Backups made \
            before still hold what is erased here.
            """
    )

    @OptionGroup var database: DatabaseOptions
    @Argument(help: "The contact's number, or the provider's id of the contact.") var contact: String

    func run() async throws {
        try await database.withStore { store, path in
            let digits = contact.filter { !"+- ()".contains($0) }
            let name = digits.allSatisfy(\.isNumber) ? digits : contact
            let forgotten = try await store.forget(name)
            guard forgotten.contacts > 0 else {
                complain("replyd: nobody here is \(name). Numbers are written like 972501234567.")
                throw ExitCode.notFine
            }
            _ = Store.wakeDaemon(ofDatabase: path)
            complain("erased: \(counted(forgotten.messages, "message")), \(counted(forgotten.answers, "answer"))")
        }
    }
}
