import Foundation

extension FileManager {
    /// How many bytes whoever runs this may still write beside that file; nil where nobody can tell.
    func freeSpace(for file: String) -> Int? {
        let folder = (file as NSString).deletingLastPathComponent
        var status = statvfs()
        guard statvfs(folder.isEmpty ? "." : folder, &status) == 0 else { return nil }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }
}
