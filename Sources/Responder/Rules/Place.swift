/// Where something stands in a rules file.
public struct Place: Sendable, Hashable {
    /// The file as the person named it.
    public var file: String
    /// Counted from 1.
    public var line: Int

    /// A place by file and line.
    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }
}
