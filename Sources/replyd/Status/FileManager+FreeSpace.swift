import Foundation

extension FileManager {
    /// Returns the number of bytes that the current user may still write beside that file, or `nil` if the system does
    /// not say.
    func freeSpace(for file: String) -> Int? {
        let folder = (file as NSString).deletingLastPathComponent
        var status = statvfs()
        guard statvfs(folder.isEmpty ? "." : folder, &status) == 0 else { return nil }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }
}
