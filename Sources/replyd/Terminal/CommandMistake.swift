/// The words about a command line that is not understood, for the person who typed it.
struct CommandMistake {
    /// The width to which an argument is cut when it is repeated, in terminal columns.
    private static let widest = 60

    /// ArgumentParser's words, what comes before them included.
    let message: String
    /// The arguments of the command line.
    let arguments: [String]

    /// The words, with advice about a text that begins with `-`, and without arguments of any length.
    var text: String {
        // ArgumentParser takes such a text for an option, and then complains that the text is missing.
        if message.hasPrefix(Replyd._errorPrefix + "Missing expected argument"), let text = dashedText {
            let rest = arguments.filter { $0 != text }.map(Self.quoted).joined(separator: " ")
            return """
                \(Replyd._errorPrefix)\(Self.quoted(text)) is taken for an option, since it begins with '-'.
                Write a text like this last, and -- before it: replyd \(rest) -- \(Self.quoted(text))
                """
        }
        let values = arguments.compactMap { argument in
            argument.firstIndex(of: "=").map { String(argument[$0...].dropFirst()) }
        }
        return (arguments + values).filter { $0.utf8.count > Self.widest }.reduce(message) { message, argument in
            message.replacing("'\(argument)'", with: "'\(argument.safeLine.shortened(to: Self.widest))'")
        }
    }

    /// The first argument that is no option but begins like one: all options but `-h` begin with two hyphens.
    private var dashedText: String? {
        arguments.prefix { $0 != "--" }.first { argument in
            guard argument.hasPrefix("-"), argument != "-h", argument != "-" else { return false }
            return !argument.hasPrefix("--") || argument.contains(" ")
        }
    }

    private static func quoted(_ argument: String) -> String {
        let short = argument.safeLine.shortened(to: widest)
        let isPlain = short.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || "-=._/:".utf8.contains(byte)
        }
        return isPlain && short.first != "-" || short.hasPrefix("--") && isPlain
            ? short : "'\(short.replacing("'", with: #"'\''"#))'"
    }
}
