import Foundation
import Responder
import Synchronization

/// A cache of decoded values by their JSON: decoding costs as much as all other work on a stored value. The value of a
/// JSON text never changes, whichever process writes the database meanwhile, so nothing in the cache can be out of
/// date.
final class DecodedJSON<Value: Decodable & Sendable>: Sendable {
    /// The number of values that are kept; about two kilobytes each.
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    private struct Kept {
        var young: [ByteText: Value] = [:]
        /// The values from before ``young`` was last full.
        var old: [ByteText: Value] = [:]

        mutating func keep(_ value: Value, _ json: ByteText, limit: Int) {
            if young.count >= limit / 2 {
                old = young
                young = [:]
            }
            young[json] = value
        }
    }

    /// A text that equals another one only if all bytes are equal; strings are equal even if they are only canonically
    /// equivalent.
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

    /// The greatest length of JSON that is kept, in bytes. Longer JSON is rare, and is decoded when it is needed.
    private static var lengthLimit: Int { 8192 }

    /// Keeps `value` as the value of `json`.
    func remember(_ value: Value, as json: String) {
        guard json.utf8.count <= Self.lengthLimit else { return }
        let json = ByteText(json)
        kept.withLock { $0.keep(value, json, limit: limit) }
    }

    /// Returns the value of `json`, decoded if it is not kept.
    func value(of json: String) throws -> Value {
        let text = ByteText(json)
        let known = kept.withLock { $0.young[text] ?? $0.old[text] }
        if let known { return known }
        let value = try StoredJSON.decode(Value.self, from: json)
        remember(value, as: json)
        return value
    }
}

/// Reads values that are stored as JSON.
enum StoredJSON {
    static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws -> Value {
        try decoder.decode(type, from: Data(text.utf8))
    }

    private static let decoder = JSONDecoder()
}

/// The seed of digests. It differs in each process, so that nobody can write texts that all have the same digest.
private let digestSeed = UInt64.random(in: .min ... .max) | 1

extension UnsafeBufferPointer<UInt8> {
    /// A hash that nearly always differs if the bytes do. It reads eight bytes at a time; `Hasher` reads one.
    fileprivate var digest: UInt64 {
        let bytes = UnsafeRawBufferPointer(self)
        var digest = digestSeed ^ UInt64(count)
        func add(_ word: UInt64) {
            let (high, low) = (digest ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15 ^ digestSeed)
            digest = high ^ low
        }
        var offset = 0
        while offset + 8 <= count {
            add(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < count {
            rest = rest << 8 | UInt64(bytes[offset])
            offset += 1
        }
        add(rest)
        return digest
    }
}
