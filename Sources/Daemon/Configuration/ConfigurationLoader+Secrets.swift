import Foundation
import Providers
import RuleFiles

extension ConfigurationLoader {
    static func place(of secret: Located<String>) -> Configuration.SecretPlace {
        // A secret written as `${NAME}` is in that variable.
        guard let written = secret.node.written, let start = written.range(of: "${")?.upperBound,
            let end = written[start...].firstIndex(of: "}")
        else { return .line(secret.node.range.line) }
        return .variable(String(written[start..<end]))
    }

    func secret(
        _ key: String, _ direct: Located<String>?, _ file: Located<String>?, _ given: Set<String>, folder: String,
        _ reader: Reader
    ) -> Secret? {
        if secrets == .notNeeded { return given.isDisjoint(with: [key, "\(key)_file"]) ? nil : Secret("") }
        if let direct, let file {
            reader.error(
                max(direct.node.range, file.node.range), "'\(key)' and '\(key)_file' are both given", hint: "keep one")
            return nil
        }
        if let direct { return usable(direct.value, key, direct.node, reader) }
        guard let file else { return nil }
        let path = credential(file.value) ?? resolve(file.value, in: folder)
        guard let content = readFile(path) else {
            reader.error(
                file.node.range, "the file '\(file.node.shown)' can't be read",
                hint: "check that it exists and that replyd may read it")
            return nil
        }
        if isOpen(path) {
            reader.warning(
                file.node.range, "everybody on this machine can read the secret in '\(file.node.shown)'",
                hint: "chmod 600 \(path), and let the user own it that replyd runs as", code: Self.openSecret)
        }
        let secret = content.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !secret.isEmpty else {
            reader.error(file.node.range, "the file '\(file.node.shown)' is empty", hint: "the secret belongs in it")
            return nil
        }
        return usable(secret, key, file.node, reader)
    }

    /// Returns the path at which systemd has put the file of that relative path, if it has. The files of a folder `x`
    /// that `LoadCredential=x:…` names are `x_name` there (systemd.exec(5)). If replyd is run by hand, the result is
    /// `nil`, and the file itself is read.
    private func credential(_ path: String) -> String? {
        guard let folder = environment["CREDENTIALS_DIRECTORY"], !folder.isEmpty, !path.hasPrefix("/") else {
            return nil
        }
        let file = "\(folder)/\(path.replacing("/", with: "_"))"
        return readFile(file) == nil ? nil : file
    }

    /// Returns the secret; reports an error if it holds a control character. A line break in a credential would let the
    /// rest of it pass for a header of its own.
    private func usable(_ secret: String, _ key: String, _ node: Node, _ reader: Reader) -> Secret? {
        guard secret.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            reader.error(
                node.range, "the value of '\(key)' holds a line break or another control character",
                hint: "set it to the one line it is")
            return nil
        }
        if node.written == nil, secret.hasPrefix("$"),
            secret.dropFirst().allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
        {
            reader.warning(
                node.range, "this stands for itself, not for a variable of the environment",
                hint: "write ${NAME} with the braces")
        }
        return Secret(secret)
    }
}
