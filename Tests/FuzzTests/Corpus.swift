import Foundation

/// Files of this repository that fuzzing begins with.
enum Corpus {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")

    /// Returns the contents of the files among `places`, and of the files in the folders among them, whose names end
    /// with `ending`.
    static func files(_ places: [String], ending: String = ".yaml") -> [[UInt8]] {
        places.flatMap { place -> [[UInt8]] in
            let path = root.appending(path: place).path
            let entries = (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []).sorted()
            let paths = path.hasSuffix(ending) ? [path] : entries.map { "\(path)/\($0)" }
            return paths.filter { $0.hasSuffix(ending) }.compactMap { FileManager.default.contents(atPath: $0) }
                .map(Array.init)
        }
    }

    /// The rules files that the language reference shows.
    static let reference: [[UInt8]] = files(["rules"], ending: "README.md").flatMap { bytes in
        String(decoding: bytes, as: UTF8.self).components(separatedBy: "```yaml\n").dropFirst().compactMap { part in
            let text = (part.components(separatedBy: "\n```").first ?? "") + "\n"
            guard text.contains("rules:\n") else { return nil }
            return Array((text.contains("version: 1") ? text : "version: 1\n" + text).utf8)
        }
    }
}
