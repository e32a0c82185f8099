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
