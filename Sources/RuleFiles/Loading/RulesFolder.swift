import Crypto
import Foundation
import Responder

/// A reader of the rules files of a folder.
enum RulesFolder {
    struct ReadError: Error {
        var message: String
        var hint: String?
    }

    /// Returns the rules files at `path`, which is a file or a folder, ordered by name. Names that start with `.` or
    /// `_` are skipped.
    ///
    /// - Throws: ``ReadError`` if a file or folder can't be read, or if the folder has no rules file.
    static func read(_ path: String) throws(ReadError) -> [SourceFile] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ReadError(
                message: "no such file or folder",
                hint: "name another with --rules, or with 'rules:' in the configuration")
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
        // Sorted by bytes, so that the order is the same in every locale.
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

    /// Reads a file as it is at one moment: a file that changes meanwhile is read again, up to five times in all.
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
        // Opening a pipe would wait for the process that writes into it.
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw ReadError(message: "\(path) is not a regular file")
        }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw ReadError(message: "\(path) can't be opened", hint: "check its permissions")
        }
        defer { try? handle.close() }
        do {
            // One byte more than allowed, so that the parser can tell that the file is too large.
            let data = try handle.read(upToCount: YAMLParser.sizeLimit + 1) ?? Data()
            return SourceFile(path: path, bytes: Array(data))
        } catch {
            throw ReadError(message: "\(path) can't be read: \(error.localizedDescription)")
        }
    }
}
