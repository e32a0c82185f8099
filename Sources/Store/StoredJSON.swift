import Foundation
import Responder

/// Values that are stored as JSON, in the form that their `Decodable` reads.
///
/// Written by hand: each message stores three of them while the writer's thread is held, and an encoder that has to ask
/// each value what it is takes a fifth of that time.
struct JSONWriter {
    private var bytes: [UInt8] = []

    /// The JSON of one object.
    static func object(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        writer.object(body)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    mutating func object(_ body: (inout JSONWriter) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        body(&self)
        bytes.append(UInt8(ascii: "}"))
    }

    mutating func array<Element>(_ elements: some Sequence<Element>, _ body: (inout JSONWriter, Element) -> Void) {
        bytes.append(UInt8(ascii: "["))
        for element in elements {
            separate()
            body(&self, element)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// Writes a member of the object that is being written.
    mutating func member(_ key: String, _ value: (inout JSONWriter) -> Void) {
        separate()
        text(key)
        bytes.append(UInt8(ascii: ":"))
        value(&self)
    }

    mutating func member(_ key: String, _ value: String) { member(key) { $0.text(value) } }
    mutating func member(_ key: String, _ value: Timestamp) { member(key) { $0.number(value.milliseconds) } }
    mutating func member(_ key: String, _ value: Bool) { member(key) { $0.bytes += Array("\(value)".utf8) } }

    mutating func number(_ value: Int64) {
        bytes += Array(String(value).utf8)
    }

    mutating func text(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case ..<0x20:
                bytes += Array("\\u00".utf8)
                bytes += [byte >> 4, byte & 0xF].map { $0 < 10 ? 0x30 + $0 : 0x57 + $0 }
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A comma, unless what comes is the first of its object or list.
    private mutating func separate() {
        if let last = bytes.last, last != UInt8(ascii: "{"), last != UInt8(ascii: "[") {
            bytes.append(UInt8(ascii: ","))
        }
    }
}

/// Reads what is stored as JSON.
enum StoredJSON {
    static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws -> Value {
        try decoder.decode(type, from: Data(text.utf8))
    }

    private static let decoder = JSONDecoder()
}

extension Memory {
    /// What is not empty: most conversations remember little.
    var json: String {
        JSONWriter.object { json in
            if isOptedOut { json.member("isOptedOut", true) }
            if !tags.isEmpty { json.member("tags") { $0.array(tags.sorted()) { $0.text($1) } } }
            if !state.isEmpty { json.member("state") { $0.object { $0.write(state) } } }
            if !answers.isEmpty {
                json.member("answers") { json in
                    json.object { json in
                        for (group, times) in answers.sorted(by: { $0.key < $1.key }) {
                            json.member(group) { $0.array(times) { $0.number($1.milliseconds) } }
                        }
                    }
                }
            }
            if !turns.isEmpty { json.member("turns") { $0.object { $0.write(turns) } } }
            if let lastMessageAt { json.member("lastMessageAt", lastMessageAt) }
            if !recentAnswers.isEmpty {
                json.member("recentAnswers") { $0.array(recentAnswers) { $0.number($1.milliseconds) } }
            }
            if let lastText { json.member("lastText", lastText) }
            if echoes > 0 { json.member("echoes") { $0.number(Int64(echoes)) } }
        }
    }
}

extension Changes {
    /// What is not empty.
    var json: String {
        JSONWriter.object { json in
            if !self.set.isEmpty { json.member("set") { $0.object { $0.write(self.set) } } }
            if !unset.isEmpty { json.member("unset") { $0.array(unset) { $0.text($1) } } }
            if !tag.isEmpty { json.member("tag") { $0.array(tag) { $0.text($1) } } }
            if !untag.isEmpty { json.member("untag") { $0.array(untag) { $0.text($1) } } }
            if let pausedUntil { json.member("pausedUntil", pausedUntil) }
            if let optedOut { json.member("optedOut", optedOut) }
            if !answered.isEmpty { json.member("answered") { $0.array(answered) { $0.text($1) } } }
            if !turns.isEmpty { json.member("turns") { $0.object { $0.write(turns) } } }
            if hasAnswer { json.member("hasAnswer", true) }
        }
    }
}

extension Outgoing {
    var json: String {
        JSONWriter.object { json in
            json.member("body") { json in
                json.object { json in
                    switch body {
                    case .text(let text, let replyTo):
                        json.member("text") { json in
                            json.object { json in
                                json.member("_0", text)
                                if let replyTo { json.member("replyTo", replyTo) }
                            }
                        }
                    case .template(let template):
                        json.member("template") { json in
                            json.object { json in json.member("_0") { $0.write(template) } }
                        }
                    case .post(let link, let content):
                        json.member("post") { json in
                            json.object { json in
                                json.member("link", link)
                                json.member("json", content)
                            }
                        }
                    }
                }
            }
            if let fallback { json.member("fallback") { $0.write(fallback) } }
            json.member("textEnd", textEnd)
            if let notBefore { json.member("notBefore", notBefore) }
            if let waitsForOpening { json.member("waitsForOpening", waitsForOpening) }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ values: [String: Memory.Value]) {
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            member(name) { json in
                json.object { json in
                    json.member("text", value.text)
                    if let expires = value.expires { json.member("expires", expires) }
                }
            }
        }
    }

    fileprivate mutating func write(_ figures: [String: Int]) {
        for (name, figure) in figures.sorted(by: { $0.key < $1.key }) { member(name) { $0.number(Int64(figure)) } }
    }

    fileprivate mutating func write(_ template: RenderedTemplate) {
        object { json in
            json.member("name", template.name)
            json.member("language", template.language.rawValue)
            if let header = template.header {
                json.member("header") { json in
                    json.object { json in
                        json.member("kind", header.kind.rawValue)
                        json.member("link", header.link)
                    }
                }
            }
            json.member("variables") { $0.array(template.variables) { $0.text($1) } }
        }
    }
}
