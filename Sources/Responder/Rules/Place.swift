/// The place of an entry in a rules file.
public struct Place: Sendable, Hashable {
    /// The file, as the person named it.
    public var file: String
    /// The line, counted from 1.
    public var line: Int

    /// Creates a place from a file and a line, counted from 1.
    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }
}
