import Foundation
import Responder
import Synchronization

/// Values by the JSON they are stored as: decoding costs as much as all else that is done with a stored value. What a text
/// stands for never changes, whoever has written it to the database meanwhile; so nothing here can be out of date.
final class DecodedJSON<Value: Decodable & Sendable>: Sendable {
    /// How many values are kept; about two kilobytes each.
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    private struct Kept {
        var young: [ByteText: Value] = [:]
        /// Those from before ``young`` was last full.
        var old: [ByteText: Value] = [:]

        mutating func keep(_ value: Value, _ json: ByteText, limit: Int) {
            if young.count >= limit / 2 {
                old = young
                young = [:]
            }
            young[json] = value
        }
    }

    /// A text that is equal to another one only where all bytes are: strings are where they look alike.
    private struct ByteText: Hashable {
        private let text: String
        private let digest: UInt64

        init(_ text: String) {
            self.text = text
            var text = text
            digest = text.withUTF8 { $0.digest }
        }

        static func == (one: ByteText, other: ByteText) -> Bool {
            one.digest == other.digest && one.text.utf8.elementsEqual(other.text.utf8)
        }

        func hash(into hasher: inout Hasher) { hasher.combine(digest) }
    }

    private let kept = Mutex(Kept())

    /// What is longer, in bytes, is rare, and decoded when it is needed.
    private static var lengthLimit: Int { 8192 }

    /// Keeps what `json` stands for.
    func remember(_ value: Value, as json: String) {
        guard json.utf8.count <= Self.lengthLimit else { return }
        let json = ByteText(json)
        kept.withLock { $0.keep(value, json, limit: limit) }
    }

    /// What `json` stands for.
    func value(of json: String) throws -> Value {
        let text = ByteText(json)
        let known = kept.withLock { $0.young[text] ?? $0.old[text] }
        if let known { return known }
        let value = try StoredJSON.decode(Value.self, from: json)
        remember(value, as: json)
        return value
    }
}

/// Reads what is stored as JSON.
enum StoredJSON {
    static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws -> Value {
        try decoder.decode(type, from: Data(text.utf8))
    }

    private static let decoder = JSONDecoder()
}

// Values write themselves in the form that their `Decodable` reads.

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
            if let pause {
                json.member("pause") { json in
                    json.object { json in
                        json.member("until", pause.until)
                        if let rule = pause.rule { json.member("rule", rule) }
                    }
                }
            }
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
            if let pausedBy { json.member("pausedBy", pausedBy) }
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

/// Different in each process, so that nobody can write texts that all have the same digest.
private let digestSeed = UInt64.random(in: .min ... .max) | 1

extension UnsafeBufferPointer<UInt8> {
    /// A figure that differs where the bytes do, nearly always: eight of them at a time, for `Hasher` takes one by one.
    fileprivate var digest: UInt64 {
        let bytes = UnsafeRawBufferPointer(self)
        var digest = digestSeed ^ UInt64(count)
        func add(_ word: UInt64) {
            let (high, low) = (digest ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15 ^ digestSeed)
            digest = high ^ low
        }
        var place = 0
        while place + 8 <= count {
            add(bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            place += 8
        }
        var rest: UInt64 = 0
        while place < count {
            rest = rest << 8 | UInt64(bytes[place])
            place += 1
        }
        add(rest)
        return digest
    }
}
