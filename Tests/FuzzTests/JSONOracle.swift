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
        (try? JSONDecoder().decode(JSONOracle.self, from: Data(bytes)))?.json
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
