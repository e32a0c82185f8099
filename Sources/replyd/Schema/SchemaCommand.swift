import ArgumentParser
import JSONText
import RuleFiles

struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of rules files, for completion and checks in editors.",
        discussion: """
            Example:  replyd schema > rules/replyd.schema.json

            Begin a rules file with this line, and VS Code (with the YAML extension) and other editors use it:
              # yaml-language-server: $schema=./replyd.schema.json
            """
    )

    func run() throws {
        printLine(RuleSections.schema)
    }
}
