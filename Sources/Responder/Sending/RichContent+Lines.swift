extension RichContent {
    /// The content as lines for people who look at it elsewhere: the words as the contact reads them, then what is under
    /// them, buttons in brackets.
    package var lines: [String] {
        let words = text.isEmpty ? [] : text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        switch self {
        case .menu(let menu):
            return words
                + menu.choices.map { choice in
                    "[\(choice.title)]" + (menu.isList ? choice.more.map { " \($0)" } ?? "" : "")
                }
        case .file(let file): return words + [file.link]
        case .location(let location):
            return [location.name, location.address, "\(location.latitude), \(location.longitude)"].compactMap(\.self)
        case .link(let link): return words + ["[\(link.title)] \(link.url)"]
        }
    }
}
