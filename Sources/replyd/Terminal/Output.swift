import Foundation

/// Writes a line for people to standard error.
func complain(_ text: String) {
    write(text.harmless.fitting(STDERR_FILENO), to: STDERR_FILENO)
}

/// Writes requested output for people to standard output, at once.
func printText(_ text: String) {
    write(text.harmless.fitting(STDOUT_FILENO), to: STDOUT_FILENO)
}

/// Writes a line of requested output, for machines or in our own words, to standard output, at once.
func printLine(_ text: String = "") {
    write(text, to: STDOUT_FILENO)
}

extension String {
    /// Returns the text without isolates (U+2068, U+2069), unless it goes to a terminal: they help a person who reads
    /// it there, but hinder a search for words.
    fileprivate func fitting(_ descriptor: Int32) -> String {
        if isatty(descriptor) == 1 { return self }
        return String(String.UnicodeScalarView(unicodeScalars.filter { !["\u{2068}", "\u{2069}"].contains($0) }))
    }
}

/// Writes a line. A reader that is gone is no reason to fail, so the rest of the line is dropped.
private func write(_ line: String, to descriptor: Int32) {
    var bytes = Array((line + "\n").utf8)[...]
    while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        bytes = bytes.dropFirst(count)
    }
}
