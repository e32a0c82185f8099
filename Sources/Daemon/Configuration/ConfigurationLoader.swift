public import Foundation
import Providers
public import RuleFiles

/// The result of reading a configuration file.
public struct LoadedConfiguration: Sendable {
    /// The configuration; `nil` if there is an error.
    public var configuration: Configuration?
    /// The path of the rules that the file names, whatever else is wrong with it; `nil` if it names none.
    public var rules: String?
    /// Whether the file names a fallback for rules that name none.
    public var hasFallback = false
    /// The errors and warnings, in the order of lines.
    public var diagnostics: [Diagnostic]
    /// The file that was read.
    public var file: SourceFile

    /// Returns the diagnostics as people read them, each with its line; credentials in the lines are concealed.
    public func report() -> String {
        let lines = ConcealedLines(file).shown
        return diagnostics.map { $0.rendered(lines: lines) }.joined(separator: "\n")
    }
}

/// Reads `replyd.yaml`.
public struct ConfigurationLoader {
    /// The ways to treat secrets.
    public enum Secrets: Sendable {
        /// Secrets are read, and one that can't be read is an error.
        case required
        /// No secret is read, be it missing or wrong. In the configuration all of them are empty, and there is no
        /// `alert_url`.
        case notNeeded
    }

    /// The way to treat secrets.
    public var secrets: Secrets
    /// The environment variables that `${NAME}` takes its value from.
    public var environment: [String: String]
    /// Reads a file that holds a secret; returns `nil` if it can't be read.
    public var readFile: (String) -> String?
    /// Whether every user of the machine may read a file.
    public var isOpen: (String) -> Bool

    /// Creates a loader; without arguments, on the process's own environment and disk.
    public init(
        secrets: Secrets = .required,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        readFile: @escaping (String) -> String? = Self.readRegularFile,
        isOpen: @escaping (String) -> Bool = Self.isReadableByAll
    ) {
        self.secrets = secrets
        self.isOpen = isOpen
        self.environment = environment
        self.readFile = readFile
    }

    /// Returns the text of a regular file; `nil` if it can't be read. A pipe is not opened, because that would wait
    /// until a program writes into it.
    public static func readRegularFile(_ path: String) -> String? {
        isRegular(path) ? try? String(contentsOfFile: path, encoding: .utf8) : nil
    }

    private static func isRegular(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Whether other users than owner and group may read the file. Files in `/run/secrets/` never count as readable:
    /// Docker shows its secrets to one container alone, and there to every user.
    public static func isReadableByAll(_ path: String) -> Bool {
        var status = stat()
        return !path.hasPrefix("/run/secrets/") && stat(path, &status) == 0 && status.st_mode & S_IROTH != 0
    }

    /// The largest configuration, in bytes. A configuration has a few hundred; a larger file is some other file.
    private static let sizeLimit = 1 << 20

    /// Reads the configuration at `path`. If the file can't be read, that is an error in the result.
    public func load(path: String) -> LoadedConfiguration {
        let attributes = try? FileManager.default.attributesOfItem(atPath: (path as NSString).resolvingSymlinksInPath)
        let size = attributes?[.size] as? Int ?? 0
        let isOther = FileManager.default.fileExists(atPath: path) && !Self.isRegular(path)
        guard !isOther, size <= Self.sizeLimit, let data = FileManager.default.contents(atPath: path) else {
            let file = SourceFile(path: path, bytes: [])
            let diagnostic = Diagnostic(
                file: path, range: nil,
                message: isOther ? "the configuration is no regular file" : "the configuration can't be read",
                hint: isOther
                    ? "it may be no folder, pipe or device" : "check that the file exists and that replyd may read it"
            )
            return LoadedConfiguration(configuration: nil, diagnostics: [diagnostic], file: file)
        }
        return load(SourceFile(path: path, bytes: Array(data)))
    }

    /// Reads a configuration; paths in it are relative to its file.
    public func load(_ file: SourceFile) -> LoadedConfiguration {
        let reader = Reader(file)
        let (node, diagnostics) = YAMLParser.parse(file)
        reader.append(diagnostics)
        var configuration: Configuration?
        var draft = ConfigurationDraft()
        if var node {
            expand(&node, reader)
            if let given = ConfigurationSections.file.read(node, into: &draft, reader) {
                draft.given = given
                configuration = link(draft, reader)
                configuration?.file = file.path
                warnOfSecrets(draft, reader)
            }
        }
        let all = reader.ordered.map(ConcealedLines(file).conceal)
        return LoadedConfiguration(
            configuration: all.hasErrors ? nil : configuration,
            rules: draft.rules.map { resolve($0, in: (file.path as NSString).deletingLastPathComponent) },
            hasFallback: draft.expired != nil, diagnostics: all, file: file
        )
    }

    /// The keys that hold a secret itself. The same key with `_file` at its end holds the path of the file with the
    /// secret.
    static let secretKeys =
        ["api_key", "webhook_secret", "admin_token", "alert_url"]
        + ConfigurationSections.providerKeys.filter { $0.kind == .secrets }.map(\.name)

    static func isOfSecret(_ key: String) -> Bool {
        secretKeys.contains(key) || secretKeys.contains { key == "\($0)_file" }
    }
}
