import Foundation
import Testing

/// The walk of a message in `Sources/Responder/Documentation.docc`, whose steps must name files and declarations that
/// exist.
@Suite struct DocumentationWalkTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func everyStepOfTheWalkNamesAFileAndADeclarationThatIsInIt() throws {
        let page = Self.root.appending(path: "Sources/Responder/Documentation.docc/Documentation.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        var steps = 0
        for match in text.matches(of: /`(Sources\/[^`]+\.swift)` `(\w+)`/) {
            let (path, name) = (String(match.output.1), String(match.output.2))
            let code = try? String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
            let declaration = try Regex(
                name == "init" ? #"\binit[?(]"# : #"\b(func|var|let|struct|enum|protocol) \#(name)\b"#)
            #expect(code != nil, "\(path) is not there")
            #expect(code?.contains(declaration) == true, "\(path) declares no \(name)")
            steps += 1
        }
        #expect(steps > 40)
        #expect(text.matches(of: /Sources\//).count == steps, "each file stands beside a declaration of it")
    }
}
