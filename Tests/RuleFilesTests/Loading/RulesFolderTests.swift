import Foundation
import Responder
import RuleFiles
import Testing

@Suite struct RulesFolderTests {
    /// Runs `body` with the path of a folder that has these files, and deletes the folder afterwards.
    func withFolder<Result>(_ files: [String: String], _ body: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "replyd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            let place = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: place)
        }
        return try body(folder.path)
    }

    func rule(_ id: String) -> String {
        "version: 1\nrules:\n  - {id: \(id), match: \(id), reply: \(id)}\n"
    }

    @Test func filesAreReadByTheBytesOfTheirNamesFoldersAmongThemAndTheirRulesTriedInThatOrder() throws {
        let files = [
            "b.yaml": rule("b"), "a.yml": rule("a"), "B.yaml": rule("capital"), "sub/z.yaml": rule("z"),
            "sub/deep/er.yaml": rule("er"), "שעות.yaml": rule("hours"), "t.yaml": rule("t"),
        ]
        try withFolder(files) { folder in
            let loaded = RuleSetLoader.load(paths: [folder])
            #expect(loaded.report() == "")
            #expect(loaded.ruleSet?.rules.map(\.id) == ["capital", "a", "b", "er", "z", "t", "hours"])
            #expect(
                loaded.files.map { String($0.path.dropFirst(folder.count + 1)) } == [
                    "B.yaml", "a.yml", "b.yaml", "sub/deep/er.yaml", "sub/z.yaml", "t.yaml", "שעות.yaml",
                ]
            )
        }
    }

    @Test func namesThatBeginWithAnUnderscoreOrADotAndFilesThatAreNoYAMLArePassedOver() throws {
        let files = [
            "a.yaml": rule("a"), "_off.yaml": "[", ".a.yaml.swp": "[", ".hidden.yaml": "[", "_old/b.yaml": "[",
            ".git/c.yaml": "[", "notes.txt": "[", "a.yaml~": "[",
        ]
        try withFolder(files) { folder in
            let loaded = RuleSetLoader.load(paths: [folder + "/"])
            #expect(loaded.ruleSet?.rules.map(\.id) == ["a"])
            #expect(loaded.files.map(\.path) == ["\(folder)/a.yaml"])
        }
    }

    @Test func aFileThatIsNamedItselfIsReadWhateverItsName() throws {
        try withFolder(["_draft.txt": rule("a")]) { folder in
            #expect(RuleSetLoader.load(paths: ["\(folder)/_draft.txt"]).ruleSet?.rules.count == 1)
        }
    }

    @Test func aPathThatLeadsNowhereIsAnErrorAndWhatIsWrongElsewhereIsSaidAllTheSame() throws {
        try withFolder(["a.yaml": "version: 1\nruls: []\n"]) { folder in
            let loaded = RuleSetLoader.load(paths: ["\(folder)/none", "\(folder)/a.yaml"])
            #expect(loaded.ruleSet == nil)
            #expect(
                loaded.report() == """
                    \(folder)/none: error: no such file or folder
                       name another with --rules, or with 'rules:' in the configuration
                    \(folder)/a.yaml:2:1: error: unknown key 'ruls' in a rules file
                        2 | ruls: []
                          | ^~~~ did you mean 'rules'?
                    """
            )
        }
    }

    @Test func aFolderWithoutRulesFilesIsAnErrorThatSaysHowTheyAreNamed() throws {
        try withFolder(["notes.txt": "x"]) { folder in
            let loaded = RuleSetLoader.load(paths: [folder])
            #expect(loaded.ruleSet == nil)
            #expect(
                loaded.report() == """
                    \(folder): error: the folder holds no rules file
                       rules files are named *.yaml or *.yml
                    """
            )
        }
    }

    @Test func aLinkToTheFolderAboveEndsWithADiagnostic() throws {
        try withFolder(["a.yaml": rule("a")]) { folder in
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/again", withDestinationPath: folder)
            let loaded = RuleSetLoader.load(paths: [folder])
            #expect(loaded.ruleSet == nil)
            #expect(loaded.report().hasSuffix("error: folders nested more than 16 deep, or a link to a folder above"))
        }
    }

    @Test func aFileBeyondTheLimitIsRefusedWithoutBeingReadWhole() throws {
        let large = "version: 1\n" + String(repeating: "#", count: YAMLParser.sizeLimit)
        try withFolder(["large.yaml": large]) { folder in
            let loaded = RuleSetLoader.load(paths: ["\(folder)/large.yaml"])
            #expect(loaded.files.first?.bytes.count == YAMLParser.sizeLimit + 1)
            #expect(
                loaded.report() == """
                    \(folder)/large.yaml: error: the file is larger than 16 MiB
                       split it into several files
                    """
            )
        }
    }

    @Test func theRevisionChangesWithWhatFilesSayAndWithTheirOrderNotWithWhereTheyLie() throws {
        func revision(_ files: [(String, String)]) throws -> String {
            try #require(
                RuleSetLoader.load(files.map { SourceFile(path: $0, text: $1) }).ruleSet?.revision)
        }
        let first = try revision([("a.yaml", rule("a")), ("b.yaml", rule("b"))])
        #expect(first.count == 12)
        #expect(try revision([("a.yaml", rule("a")), ("b.yaml", rule("b"))]) == first)
        #expect(try revision([("a.yaml", rule("a")), ("b.yaml", rule("b") + "#")]) != first)
        #expect(try revision([("/etc/a.yaml", rule("a")), ("/etc/b.yaml", rule("b"))]) == first)
        #expect(try revision([("a.yaml", rule("b")), ("b.yaml", rule("a"))]) != first)
        #expect(try revision([("a.yaml", rule("a"))]) != first)
    }
}
