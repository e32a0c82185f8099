import Foundation

/// The commands that start the daemon of a configuration on this machine.
struct Installation {
    /// The command that starts the daemon.
    let start: String
    /// The command that restarts the daemon.
    let restart: String

    /// Finds out whether a service of systemd starts the daemon.
    ///
    /// - Parameters:
    ///   - file: The path of the configuration, as it was given.
    ///   - units: The folders with the unit files of systemd.
    init(of file: String, units: [String] = ["/etc/systemd/system", "/lib/systemd/system"]) {
        let path = URL(filePath: file).standardizedFileURL.path
        let isService = units.contains { folder in
            let unit = try? String(contentsOfFile: "\(folder)/replyd.service", encoding: .utf8)
            return unit?.split(separator: "\n").contains { $0.hasPrefix("ExecStart=") && $0.hasSuffix(" \(path)") }
                == true
        }
        start = isService ? "systemctl start replyd" : "replyd serve --config \(file)"
        restart = isService ? "systemctl restart replyd" : "Ctrl-C, and \(start)"
    }
}
