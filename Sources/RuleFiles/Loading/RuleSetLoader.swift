import Crypto
import Foundation
public import Responder

/// The result of loading rules: a rule set if there is no error, and all diagnostics about the files.
public struct LoadedRules: Sendable {
    /// The rule set; `nil` if there is an error, because a rule set is loaded whole or not at all.
    public var ruleSet: RuleSet?
    /// The errors and warnings in the order of files and lines.
    public var diagnostics: [Diagnostic]
    /// The tests in the files, in the order of files and lines.
    public var tests: [RuleTest] = []
    /// The files of the rules, in the order in which they are tried.
    public var files: [SourceFile]

    /// Returns the diagnostics as people read them, each with its line.
    public func report() -> String {
        Diagnostic.report(diagnostics, files: files)
    }
}

extension Diagnostic {
    /// Returns diagnostics as people read them, each with its line.
    public static func report(_ diagnostics: [Diagnostic], files: [SourceFile]) -> String {
        let lines = Dictionary(
            files.filter { file in diagnostics.contains { $0.file == file.path && $0.range != nil } }.map {
                ($0.path, $0.lines())
            },
            uniquingKeysWith: { first, _ in first }
        )
        return diagnostics.map { $0.rendered(lines: lines[$0.file] ?? []) }.joined(separator: "\n")
    }
}

/// Loads rule sets from rules files.
public enum RuleSetLoader {
    /// Loads a rule set from files that are in the order in which their rules are tried. The result depends on the
    /// arguments alone.
    ///
    /// - Parameters:
    ///   - files: The files.
    ///   - lint: The lint that records warnings; `nil` to record only errors.
    public static func load(_ files: [SourceFile], lint: RuleLint? = nil) -> LoadedRules {
        var linker = RuleLinker()
        for file in files { linker.read(file) }
        let linked = linker.link()
        if lint != nil { linker.files.forEach { $0.reader.recordSuspicions() } }
        guard !linker.diagnostics.hasErrors else {
            // Errors in one file do not hide warnings about the others.
            var sound = linked
            sound.rules.removeAll { $0.file.reader.diagnostics.hasErrors }
            lint?.check(sound, RuleSet(sound.rules.map(\.rule), hours: linked.hours, revision: ""), isWhole: false)
            return LoadedRules(ruleSet: nil, diagnostics: linker.diagnostics, tests: linked.tests, files: files)
        }
        let ruleSet = RuleSet(linked.rules.map(\.rule), hours: linked.hours, revision: revision(of: files))
        lint?.check(linked, ruleSet)
        return LoadedRules(ruleSet: ruleSet, diagnostics: linker.diagnostics, tests: linked.tests, files: files)
    }

    /// Reads and loads the rules files at `paths`: files, or folders with all rules files in them. A path that can't be
    /// read is an error in ``LoadedRules/diagnostics``.
    public static func load(paths: [String], lint: RuleLint? = nil) -> LoadedRules {
        var files: [SourceFile] = []
        var diagnostics: [Diagnostic] = []
        for path in paths {
            do {
                files += try RulesFolder.read(path)
            } catch {
                diagnostics.append(Diagnostic(file: path, range: nil, message: error.message, hint: error.hint))
            }
        }
        var loaded = load(files, lint: lint)
        if !diagnostics.isEmpty {
            loaded.ruleSet = nil
            loaded.diagnostics = diagnostics + loaded.diagnostics
        }
        return loaded
    }

    /// Returns the first 12 hexadecimal digits of the SHA-256 of the contents, in their order; the paths of the files
    /// do not matter.
    private static func revision(of files: [SourceFile]) -> String {
        var hash = SHA256()
        for file in files {
            withUnsafeBytes(of: UInt64(file.bytes.count).littleEndian) { hash.update(bufferPointer: $0) }
            hash.update(data: file.bytes)
        }
        return hash.finalize().prefix(6).map { String(format: "%02x", $0) }.joined()
    }
}
