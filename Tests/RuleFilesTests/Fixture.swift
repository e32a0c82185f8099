import Foundation
import RuleFiles
import Testing

/// A file (or a folder of files) with one mistake, and beside it the report that people read about it.
///
/// `REPLYD_RECORD=1 swift test --filter RuleFilesTests` writes the expectations anew; read each of them before it is
/// committed.
struct Fixture: CustomTestStringConvertible {
    let name: String

    var testDescription: String { name }

    /// The folder that holds the fixture.
    let folder: URL

    private static let place = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    /// Fixtures with an error.
    static let errors = all(in: place)
    /// Fixtures that are in order except for the warnings of the lint.
    static let warnings = all(in: place.appending(path: "Warnings"))

    private static func all(in folder: URL) -> [Fixture] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let names = entries.filter { !$0.hasPrefix(".") && !$0.hasSuffix(".expected") && $0 != "Warnings" }
        return names.map { Fixture(name: $0.replacing(".yaml", with: ""), folder: folder) }.sorted { $0.name < $1.name }
    }

    /// Expectations whose fixture is gone.
    static var orphans: [String] {
        let entries = FileManager.default.enumerator(atPath: place.path)?.compactMap { $0 as? String } ?? []
        let names = Set(errors.map(\.name) + warnings.map { "Warnings/\($0.name)" })
        return entries.filter { $0.hasSuffix(".expected") && !names.contains(String($0.dropLast(9))) }
    }

    /// The file, or the files of the folder by name; the path of each is its name.
    var files: [SourceFile] {
        get throws {
            let files = folder.appending(path: name)
            guard let names = try? FileManager.default.contentsOfDirectory(atPath: files.path) else {
                let bytes = try Data(contentsOf: folder.appending(path: "\(name).yaml"))
                return [SourceFile(path: "\(name).yaml", bytes: Array(bytes))]
            }
            return try names.sorted().map {
                SourceFile(path: $0, bytes: Array(try Data(contentsOf: files.appending(path: $0))))
            }
        }
    }

    /// Compares `report` with the expectation, or records it.
    func expect(_ report: String) throws {
        let place = folder.appending(path: "\(name).expected")
        if ProcessInfo.processInfo.environment["REPLYD_RECORD"] == "1" {
            try Data((report + "\n").utf8).write(to: place)
            return
        }
        let expected = try #require(
            try? String(contentsOf: place, encoding: .utf8), "\(name).expected is missing; REPLYD_RECORD=1 writes it"
        )
        #expect(report + "\n" == expected, "\(difference(from: expected, to: report + "\n"))")
    }

    /// Returns both texts by line: `-` is missing, `+` is new.
    private func difference(from expected: String, to actual: String) -> String {
        let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
        let new = actual.split(separator: "\n", omittingEmptySubsequences: false)
        var lines = old.map { "  \($0)" }
        let changes = new.difference(from: old)
        for case .remove(let offset, let line, _) in changes.removals { lines[offset] = "- \(line)" }
        var places = lines.indices.filter { !lines[$0].hasPrefix("- ") }
        for case .insert(let offset, let line, _) in changes.insertions {
            let place = offset < places.count ? places[offset] : lines.count
            lines.insert("+ \(line)", at: place)
            places = places.map { $0 >= place ? $0 + 1 : $0 }
            places.insert(place, at: min(offset, places.count))
        }
        return "\n" + lines.joined(separator: "\n")
    }
}
