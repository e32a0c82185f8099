import Foundation
import RuleFiles
import Testing

@Suite struct SchemaTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func theSchemaBesideTheRulesIsTheOneOfThisBuild() throws {
        let written = try String(contentsOf: Self.root.appending(path: "rules/replyd.schema.json"), encoding: .utf8)
        #expect(written == RuleSections.schema + "\n")
    }

    /// Returns the keys that a section takes, from the hint about a key that it does not take: `known are: a, b`.
    private func known(_ text: String) throws -> Set<String> {
        let loaded = RuleSetLoader.load([SourceFile(path: "a.yaml", text: "version: 1\n\(text)\n")])
        let hints = loaded.diagnostics.filter { $0.message.contains("'qqqqqqqqqq'") }.compactMap(\.hint)
        let hint = try #require(hints.first, "\(loaded.report())")
        return Set(hint.dropFirst("known are: ".count).components(separatedBy: ", "))
    }

    /// Returns the properties of the object at this path of keys. The path goes into the entries of lists and, of
    /// several forms, into the one that has keys.
    private func properties(_ path: [String]) throws -> [String: Any] {
        let json = try JSONSerialization.jsonObject(with: Data(RuleSections.schema.utf8))
        let document = try #require(json as? [String: Any])
        func resolved(_ schema: [String: Any]) -> [String: Any] {
            if let name = (schema["$ref"] as? String)?.split(separator: "/").last.map(String.init),
                let definitions = document["$defs"] as? [String: [String: Any]], let definition = definitions[name]
            {
                return resolved(definition)
            }
            if let forms = schema["anyOf"] as? [[String: Any]] {
                return forms.map(resolved).first { $0["properties"] != nil } ?? [:]
            }
            if let items = schema["items"] as? [String: Any] { return resolved(items) }
            if let values = schema["additionalProperties"] as? [String: Any] { return resolved(values) }
            return schema
        }
        var schema = document
        for key in path {
            let properties = try #require(resolved(schema)["properties"] as? [String: [String: Any]], "\(path): \(key)")
            schema = try #require(properties[key], "\(path): \(key)")
        }
        let found = resolved(schema)
        #expect(found["additionalProperties"] as? Bool == false, "\(path)")
        return try #require(found["properties"] as? [String: Any], "\(path)")
    }

    private static let key = "qqqqqqqqqq: 1"

    @Test(
        "Every key that a section takes is in the schema, and no other",
        arguments: [
            ([], key), (["settings"], "settings: {\(key)}"),
            (["settings", "expired"], "settings: {expired: {\(key)}}"),
            (["hours"], "hours: {shop: {\(key)}}"), (["rules"], "rules: [{\(key)}]"),
            (["rules", "match"], "rules: [{match: {\(key)}}]"),
            (["rules", "when"], "rules: [{when: {\(key)}}]"),
            (["rules", "when", "not"], "rules: [{when: {not: {\(key)}}}]"),
            (["rules", "when", "any"], "rules: [{when: {any: [{\(key)}]}}]"),
            (["rules", "reply"], "rules: [{reply: {\(key)}}]"), (["rules", "one_of"], "rules: [{one_of: [{\(key)}]}]"),
            (["rules", "template"], "rules: [{template: {\(key)}}]"),
            (["rules", "expired"], "rules: [{expired: {\(key)}}]"),
            (["rules", "handoff"], "rules: [{handoff: {\(key)}}]"),
            (["rules", "forward"], "rules: [{forward: {\(key)}}]"),
            (["rules", "cooldown"], "rules: [{cooldown: {\(key)}}]"),
            (["rules", "tests"], "rules: [{tests: [{\(key)}]}]"),
            (["tests"], "tests: [{\(key)}]"), (["tests", "conversation"], "tests: [{conversation: [{\(key)}]}]"),
            (["tests", "expect"], "tests: [{expect: {\(key)}}]"),
        ] as [([String], String)])
    func keys(_ path: [String], _ text: String) throws {
        let known = try known(text)
        #expect(Set(try properties(path).keys) == known)
        #expect(known.count >= 1)
    }

    @Test func editorsCanSayWhatEachKeyIsFor() throws {
        for path in [[], ["rules"], ["rules", "match"], ["rules", "when"], ["tests"], ["tests", "expect"]] {
            for (key, schema) in try properties(path) {
                let description = (schema as? [String: Any])?["description"] as? String
                #expect((description?.count ?? 0) > 10, "\(path): \(key)")
            }
        }
    }
}
