import Matching

/// The titles of one menu's choices, or of one template's: each must stand for one choice alone.
struct ChoiceTitles {
    private let reader: Reader
    private var seen: [TextPattern: String] = [:]

    init(_ reader: Reader) {
        self.reader = reader
    }

    /// Records an error if the title can't be told from those before, or holds nothing that could be written.
    ///
    /// - Returns: Whether messages can name the choice by the title.
    mutating func accept(_ title: Located<String>) -> Bool {
        guard let pattern = TextPattern.exact(title.value) else {
            reader.error(title.node.range, "this title holds nothing that can be read", hint: "use letters or emoji")
            return false
        }
        if let first = seen[pattern] {
            reader.error(
                title.node.range, "'\(title.value)' and '\(first)' are the same to everybody who writes them",
                hint: "choose titles that differ in more than capitals, marks and signs")
        }
        seen[pattern] = seen[pattern] ?? title.value
        return true
    }
}

extension Reader {
    /// Records an error if a short text is longer than WhatsApp takes, or holds a variable, which would not be filled in.
    func check(_ text: Located<String>, _ what: String, _ limit: Int, hint: String? = nil) {
        let length = text.value.utf16.count
        if length > limit {
            error(text.node.range, "\(what) has at most \(limit) characters, and this has \(length)", hint: hint)
        }
        if text.value.utf8.contains("{{".utf8) {
            error(text.node.range, "\(what) has no variables", hint: "write the variable into the text")
        }
    }
}
