import Foundation

/// How the daemon of a configuration is started here.
struct Installation {
    /// The command that starts it.
    let start: String
    /// The command that restarts it.
    let restart: String

    /// - Parameters:
    ///   - file: The configuration, as it was given.
    ///   - units: Where services of systemd are described.
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
