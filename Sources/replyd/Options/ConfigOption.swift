import ArgumentParser
import Foundation

/// The option `--config FILE`; without it the configuration is looked for in its usual places.
struct ConfigOption: ParsableArguments {
    private static let usual = ["replyd.yaml", "/etc/replyd/replyd.yaml"]

    @Option(
        name: .customLong("config"),
        help: ArgumentHelp("The configuration; else replyd.yaml here, or /etc/replyd/replyd.yaml.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"]))
    var given: String?

    /// The path of the configuration.
    var path: String { given ?? Self.found ?? Self.usual[0] }

    private static var found: String? { usual.first { FileManager.default.fileExists(atPath: $0) } }

    func validate() throws {
        guard given == nil, Self.found == nil else { return }
        throw ValidationError(
            "there is neither replyd.yaml here nor /etc/replyd/replyd.yaml: name the configuration with --config FILE")
    }
}
