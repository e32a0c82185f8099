public import Foundation
public import RuleFiles

/// What reading a configuration file led to.
public struct LoadedConfiguration: Sendable {
    /// nil where there is an error.
    public var configuration: Configuration?
    /// The rules that it names, whatever else is wrong with it; nil where it names none.
    public var rules: String?
    /// Whether it names a fallback for rules that name none.
    public var hasFallback = false
    /// Errors and warnings in the order of lines.
    public var diagnostics: [Diagnostic]
    /// The file.
    public var file: SourceFile

    /// The diagnostics as people read them, each with its line; credentials in the lines are hidden.
    public func report() -> String {
        let lines = ConcealedLines(file).shown
        return diagnostics.map { $0.rendered(lines: lines) }.joined(separator: "\n")
    }
}

/// Reads `replyd.yaml`.
public struct ConfigurationLoader {
    /// Whether the secrets are to be there.
    public enum Secrets: Sendable {
        /// One that can't be read is an error.
        case required
        /// None is looked at, be it missing or wrong; in the configuration all of them are empty, and there is no
        /// `alert_url`.
        case notNeeded
    }

    /// Whether the secrets are to be there.
    public var secrets: Secrets
    /// The environment that `${NAME}` takes from.
    public var environment: [String: String]
    /// Reads a file that holds a secret; nil where it can't be read.
    public var readFile: (String) -> String?
    /// Whether every user of the machine may read a file.
    public var isOpen: (String) -> Bool

    /// A loader on the process's own environment and disk.
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

    /// The text of a regular file: to open a pipe would be to wait for whoever writes into it.
    public static func readRegularFile(_ path: String) -> String? {
        isRegular(path) ? try? String(contentsOfFile: path, encoding: .utf8) : nil
    }

    private static func isRegular(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Whether others than owner and group may read the file. Docker shows its secrets to one container alone, and there
    /// to everybody.
    public static func isReadableByAll(_ path: String) -> Bool {
        var status = stat()
        return !path.hasPrefix("/run/secrets/") && stat(path, &status) == 0 && status.st_mode & S_IROTH != 0
    }

    /// In bytes. A configuration has a few hundred; more is some other file.
    private static let sizeLimit = 1 << 20

    /// Reads the configuration at `path`.
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

    /// What holds a secret itself; with `_file` behind it, the file where it is.
    static let secretKeys = ["api_key", "webhook_secret", "admin_token", "alert_url"]

    static func isOfSecret(_ key: String) -> Bool {
        secretKeys.contains(key) || secretKeys.contains { key == "\($0)_file" }
    }
}
