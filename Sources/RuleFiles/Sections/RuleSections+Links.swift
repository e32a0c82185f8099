import Foundation
import JSONText
import Responder

extension RuleSections {
    /// A link to which replyd posts.
    static let link = Value<String>.filled.map { text, node, reader -> String? in
        let parts = URLComponents(string: text)
        guard let scheme = parts?.scheme, ["http", "https"].contains(scheme), parts?.host?.isEmpty == false else {
            reader.error(node.range, "'\(node.shown)' is not a link", hint: "it must begin with https:// or http://")
            return nil
        }
        guard hasFineSigns(text, node, reader) else { return nil }
        if text.contains("{{") {
            reader.error(
                node.range, "a link has no variables: this would be posted to as it stands",
                hint: "the message goes along in the body of the post")
            return nil
        }
        return text
    }.described(.text(like: "^https?://", examples: ["https://example.com/hook"]))

    /// A link that WhatsApp can fetch or open.
    static let webLink = Value<String>.filled.map { text, node, reader -> Located<String>? in
        let parts = URLComponents(string: text)
        guard parts?.scheme == "https", parts?.host?.isEmpty == false, text.utf8.count <= 2000 else {
            let isPlain = parts?.scheme == "http"
            reader.error(
                node.range, "'\(node.shown.shortened(toUTF16: 60))' is not a link that WhatsApp opens",
                hint: isPlain ? "it must begin with https://" : "write it like https://example.com/menu.jpg")
            return nil
        }
        guard hasFineSigns(text, node, reader) else { return nil }
        if parts?.user != nil || parts?.password != nil || !(1...65535).contains(parts?.port ?? 443) {
            reader.error(
                node.range, "a link that WhatsApp opens has no user or password, and a port up to 65535",
                hint: "write it like https://example.com/menu.jpg")
            return nil
        }
        if text.contains("{{") {
            reader.error(
                node.range, "a link has no variables: it would be opened as it stands",
                hint: "write the variable into the text")
            return nil
        }
        return Located(value: text, node: node)
    }.described(.text(like: "^https://", examples: ["https://example.com/menu.jpg"]))

    /// Whether a link has only signs that belong into one; records an error if not.
    private static func hasFineSigns(_ text: String, _ node: Node, _ reader: Reader) -> Bool {
        let odd = text.unicodeScalars.first { scalar in
            let properties = scalar.properties
            return properties.isWhitespace || properties.isDefaultIgnorableCodePoint
                || properties.generalCategory == .control
        }
        guard let odd else { return true }
        let isControl = odd.properties.generalCategory == .control
        reader.error(
            node.range, "a link has no spaces or invisible signs",
            hint: odd == " "
                ? "write %20 for a space that belongs to it"
                : isControl ? "delete the control character" : "delete \(LookAlike.name(of: odd))")
        return false
    }
}
