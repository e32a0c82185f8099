import Crypto
import Foundation
public import Responder

/// What loading rules led to: a rule set where nothing is wrong, and everything there is to say about the files.
public struct LoadedRules: Sendable {
    /// nil where there is an error: a rule set is loaded whole or not at all.
    public var ruleSet: RuleSet?
    /// Errors and warnings in the order of files and lines.
    public var diagnostics: [Diagnostic]
    /// The tests in the files, in the order of files and lines.
    public var tests: [RuleTest] = []
    /// The files the rules come from, in the order in which they are tried.
    public var files: [SourceFile]

    /// The diagnostics as people read them, each with its line.
    public func report() -> String {
        Diagnostic.report(diagnostics, files: files)
    }
}

extension Diagnostic {
    /// Diagnostics as people read them, each with its line.
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

/// Makes rule sets of rules files.
public enum RuleSetLoader {
    /// Makes a rule set of files in the order in which they are tried. Pure.
    ///
    /// - Parameters:
    ///   - files: The files.
    ///   - lint: What to warn of; nil for nothing but errors.
    public static func load(_ files: [SourceFile], lint: RuleLint? = nil) -> LoadedRules {
        var linker = RuleLinker()
        for file in files { linker.read(file) }
        let linked = linker.link()
        guard !linker.diagnostics.hasErrors else {
            // What is wrong with one file hides nothing of the others.
            var sound = linked
            sound.rules.removeAll { $0.file.reader.diagnostics.hasErrors }
            lint?.check(sound, RuleSet(sound.rules.map(\.rule), hours: linked.hours, revision: ""), isWhole: false)
            return LoadedRules(ruleSet: nil, diagnostics: linker.diagnostics, tests: linked.tests, files: files)
        }
        let ruleSet = RuleSet(linked.rules.map(\.rule), hours: linked.hours, revision: revision(of: files))
        lint?.check(linked, ruleSet)
        return LoadedRules(ruleSet: ruleSet, diagnostics: linker.diagnostics, tests: linked.tests, files: files)
    }

    /// Reads and loads the rules files at `paths`: files, or folders with all that is in them.
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

    /// The first 12 hexadecimal digits of the SHA-256 of contents, in their order: where the files lie does not matter.
    private static func revision(of files: [SourceFile]) -> String {
        var hash = SHA256()
        for file in files {
            withUnsafeBytes(of: UInt64(file.bytes.count).littleEndian) { hash.update(bufferPointer: $0) }
            hash.update(data: file.bytes)
        }
        return hash.finalize().prefix(6).map { String(format: "%02x", $0) }.joined()
    }
}

/// The rules files of a folder.
enum RulesFolder {
    struct ReadError: Error {
        var message: String
        var hint: String?
    }

    /// The rules files at `path`, itself a file or a folder, by name. Names that start with `.` or `_` are passed over.
    static func read(_ path: String) throws(ReadError) -> [SourceFile] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ReadError(message: "no such file or folder")
        }
        guard isFolder.boolValue else { return [try readFile(path)] }
        let names = try names(in: path, depth: 0)
        guard !names.isEmpty else {
            throw ReadError(message: "the folder holds no rules file", hint: "rules files are named *.yaml or *.yml")
        }
        var files: [SourceFile] = []
        for name in names { files.append(try readFile(name)) }
        return files
    }

    private static func names(in folder: String, depth: Int) throws(ReadError) -> [String] {
        guard depth < 16 else {
            throw ReadError(message: "folders nested more than 16 deep, or a link to a folder above")
        }
        let entries: [String]
        do {
            entries = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw ReadError(message: "can't be read: \(error.localizedDescription)")
        }
        var names: [String] = []
        let base = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        // By bytes, so that the order is the same under every locale.
        for entry in entries.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        where !entry.hasPrefix(".") && !entry.hasPrefix("_") {
            let path = "\(base)/\(entry)"
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                guard entry.hasSuffix(".yaml") || entry.hasSuffix(".yml") else { continue }
                throw ReadError(message: "\(path) can't be found", hint: "is it a link to a file that is gone?")
            }
            if isFolder.boolValue {
                names += try self.names(in: path, depth: depth + 1)
            } else if entry.hasSuffix(".yaml") || entry.hasSuffix(".yml") {
                names.append(path)
            }
        }
        return names
    }

    /// Reads a file as it is at one moment: one that changes meanwhile is read again.
    private static func readFile(_ path: String) throws(ReadError) -> SourceFile {
        for _ in 0..<5 {
            let before = version(of: path)
            let file = try readOnce(path)
            if version(of: path) == before { return file }
        }
        throw ReadError(message: "\(path) changes while it is read", hint: "wait until whatever writes it is done")
    }

    private static func version(of path: String) -> [Int] {
        var status = stat()
        guard stat(path, &status) == 0 else { return [] }
        return [Int(status.st_ino), Int(status.st_size), Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec)]
    }

    private static func readOnce(_ path: String) throws(ReadError) -> SourceFile {
        var status = stat()
        // Opening a pipe would wait for whoever writes into it.
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw ReadError(message: "\(path) is not a regular file")
        }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw ReadError(message: "\(path) can't be opened", hint: "check its permissions")
        }
        defer { try? handle.close() }
        do {
            // One byte more than allowed, so that the parser sees it is too large.
            let data = try handle.read(upToCount: YAMLParser.sizeLimit + 1) ?? Data()
            return SourceFile(path: path, bytes: Array(data))
        } catch {
            throw ReadError(message: "\(path) can't be read: \(error.localizedDescription)")
        }
    }
}
