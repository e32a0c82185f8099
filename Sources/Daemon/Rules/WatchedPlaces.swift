import Foundation

/// The places where changes of rules files can be seen: the folders that hold them, with links followed.
struct WatchedPlaces {
    /// Each folder, with the names that matter in it; `nil` if all do.
    private(set) var folders: [String: Set<String>?] = [:]
    /// The rules files. Others may lie beside them, such as the database, which is written to all the time.
    private(set) var files: [String] = []

    init(_ path: String) {
        watch(path, depth: 0)
    }

    private mutating func watch(_ path: String, depth: Int) {
        guard depth < 16 else { return }
        record(path)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            files.append(path)
            return
        }
        folders[path] = .some(nil)
        for entry in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        where !entry.hasPrefix(".") && !entry.hasPrefix("_") {
            let child = path + "/" + entry
            var isNested: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: child, isDirectory: &isNested)
            if isNested.boolValue {
                watch(child, depth: depth + 1)
            } else if Self.isRulesFile(entry) {
                record(child)
                files.append(child)
            }
        }
    }

    /// Whether a file of that name in a folder of rules is one of them.
    static func isRulesFile(_ name: String) -> Bool { name.hasSuffix(".yaml") || name.hasSuffix(".yml") }

    /// Records the folders in which the name can be made to mean another file, at every link on the way.
    private mutating func record(_ path: String) {
        var path = path
        for _ in 0..<8 {
            let (folder, name) = ((path as NSString).deletingLastPathComponent, (path as NSString).lastPathComponent)
            let parent = folder.isEmpty ? "." : folder
            if case .some(.none) = folders[parent] {
            } else {
                folders[parent] = ((folders[parent] ?? nil) ?? []).union([name])
            }
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { return }
            path = target.hasPrefix("/") ? target : parent + "/" + target
        }
    }

    /// The inode, size and time of change of each file: they tell one state of the files from another without reading
    /// them.
    var fingerprint: [String] {
        files.sorted().map { file in
            let target = URL(filePath: file).resolvingSymlinksInPath().path
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: target) else { return "\(file) -" }
            let modified = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            let (node, size) = (attributes[.systemFileNumber] as? Int ?? 0, attributes[.size] as? Int ?? 0)
            return "\(file) \(node) \(size) \(modified)"
        }
    }

    /// Whether one of the folders is on a file system in which other machines can change files unknown to this one's
    /// kernel.
    var areRemote: Bool {
        guard let handle = FileHandle(forReadingAtPath: "/proc/self/mountinfo"), let data = try? handle.readToEnd()
        else {
            return false
        }
        // proc(5): the mount point is the fifth field, the type the first one behind a lone hyphen.
        let mounts = String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap {
            line -> (String, String)? in
            let fields = line.split(separator: " ")
            guard fields.count > 6, let dash = fields.lastIndex(of: "-"), dash + 1 < fields.count else { return nil }
            return (String(fields[4]), String(fields[dash + 1]))
        }
        return folders.keys.contains { folder in
            let real = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
            let mount = mounts.filter { $0.0 == "/" || real == $0.0 || real.hasPrefix($0.0 + "/") }
                .max { $0.0.count < $1.0.count }
            return mount.map { Self.isRemote($0.1) } ?? false
        }
    }

    private static func isRemote(_ type: String) -> Bool {
        type.hasPrefix("fuse")
            || ["nfs", "nfs4", "cifs", "smb3", "9p", "vboxsf", "virtiofs", "ceph", "afs"].contains(type)
    }
}
