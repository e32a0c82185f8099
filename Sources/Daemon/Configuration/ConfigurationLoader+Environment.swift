import Foundation
import RuleFiles

extension ConfigurationLoader {
    /// Replaces every `${NAME}` in the node by the value of that environment variable.
    func expand(_ node: inout Node, _ reader: Reader) {
        switch node.content {
        case .sequence(var items):
            for index in items.indices { expand(&items[index], reader) }
            node.content = .sequence(items)
        case .mapping(var pairs):
            for index in pairs.indices {
                if secrets == .notNeeded, Self.isOfSecret(pairs[index].name) {
                    pairs[index].value.isRefused = true
                } else {
                    expand(&pairs[index].value, reader)
                }
            }
            node.content = .mapping(pairs)
        case .scalar(let text, _) where text.contains("${"):
            if let value = expand(text, in: node, reader) {
                // The value counts as quoted, because `~` from the environment is a text too.
                node.content = .scalar(value, .doubleQuoted)
            } else {
                node.isRefused = true
            }
            node.written = text
        case .scalar:
            break
        }
    }

    private func expand(_ text: String, in node: Node, _ reader: Reader) -> String? {
        var result = ""
        var rest = Substring(text)
        var isSound = true
        while let start = rest.range(of: "${") {
            result += rest[..<start.lowerBound]
            let offset = text.unicodeScalars.distance(from: text.startIndex, to: start.lowerBound)
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                reader.error(
                    reader.place(of: offset, length: 2, in: node), "'${' is never closed", hint: "write it like ${NAME}"
                )
                return nil
            }
            let name = String(rest[start.upperBound..<end])
            if let value = environment[name], !value.isEmpty {
                result += value
            } else if name.isEmpty {
                reader.error(
                    reader.place(of: offset, length: 3, in: node), "the name is missing in '${}'",
                    hint: "write it like ${NAME}")
                isSound = false
            } else {
                let problem = environment[name] == nil ? "not set" : "empty"
                reader.error(
                    reader.place(of: offset, length: name.unicodeScalars.count + 3, in: node),
                    "the environment variable \(name) is \(problem)", hint: "export \(name)=… before starting replyd"
                )
                isSound = false
            }
            rest = rest[text.index(after: end)...]
        }
        return isSound ? result + rest : nil
    }
}
