import Foundation
import JSONText
import Providers

/// JSON as Foundation reads it, without members whose names are too long to be asked for.
struct JSONOracle: Decodable {
    /// The length up to which the name of a member may be asked for, in bytes.
    private static let nameLimit = 1024

    let json: JSON

    /// Reads JSON; returns `nil` if it is none.
    static func read(_ bytes: [UInt8]) -> JSON? {
        let text = repaired(String(decoding: bytes, as: UTF8.self))
        return (try? JSONDecoder().decode(JSONOracle.self, from: Data(text.utf8)))?.json
    }

    /// Returns the text with each half of a surrogate pair replaced: Foundation reads none of the text otherwise.
    private static func repaired(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var repaired: [UInt8] = []
        var place = 0
        func unit(_ place: Int) -> UInt16? {
            guard place + 6 <= bytes.count, bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u"),
                bytes[place + 2..<place + 6].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit })
            else { return nil }
            return UInt16(String(decoding: bytes[place + 2..<place + 6], as: UTF8.self), radix: 16)
        }
        while place < bytes.count {
            guard bytes[place] == UInt8(ascii: "\\") else {
                repaired.append(bytes[place])
                place += 1
                continue
            }
            guard let first = unit(place), UTF16.isLeadSurrogate(first) || UTF16.isTrailSurrogate(first) else {
                repaired += bytes[place..<min(place + 2, bytes.count)]
                place += 2
                continue
            }
            if UTF16.isLeadSurrogate(first), let second = unit(place + 6), UTF16.isTrailSurrogate(second) {
                repaired += bytes[place..<place + 12]
                place += 12
            } else {
                repaired += Array(#"\uFFFD"#.utf8)
                place += 6
            }
        }
        return String(decoding: repaired, as: UTF8.self)
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(String.self) {
            json = .string(value)
        } else if container.decodeNil() {
            json = .null
        } else if let value = try? container.decode(Int64.self) {
            json = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            json = .number(value)
        } else if let value = try? container.decode(Bool.self) {
            json = .bool(value)
        } else if let value = try? container.decode([JSONOracle].self) {
            json = .array(value.map(\.json))
        } else {
            let members = try container.decode([String: JSONOracle].self)
            json = .object(members.filter { $0.key.utf8.count <= Self.nameLimit }.mapValues(\.json))
        }
    }
}
