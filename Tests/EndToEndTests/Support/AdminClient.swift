import Foundation
import FoundationNetworking
import JSONText
import Providers
import Testing

/// Asks the admin port, and holds every answer of the API against its own document.
struct AdminClient {
    static let token = "admin-token-never-to-be-seen"

    struct Answer {
        var status: Int
        var body: String
        var headers: [String: String]

        var json: JSON { JSON(parsing: Array(body.utf8)) ?? .null }
        /// `status code: message` of an error.
        var failure: String {
            let error = json["error"]
            return "\(status) \(error?["code"]?.text ?? "?"): \(error?["message"]?.text ?? body)"
        }
    }

    let port: Int
    private(set) var document: JSON
    private let session: URLSession = {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieStorage = nil
        configuration.httpShouldSetCookies = false
        configuration.timeoutIntervalForRequest = 60
        return URLSession(configuration: configuration)
    }()

    /// What a scene's configuration says for an admin port.
    static let settings = "admin: 127.0.0.1:0\nadmin_token: \(token)"

    /// The admin port of a replyd that runs.
    init(_ process: ReplydProcess) async throws {
        try #require(await process.waits(for: "the admin port is open"))
        port = try #require(process.errors.firstMatch(of: /admin=(\d+)/).flatMap { Int($0.1) })
        document = .null
        document = try await ask("GET", "/api/openapi.json").json
    }

    /// Asks; with the token, where nothing else is said.
    func ask(
        _ method: String, _ path: String, _ body: JSON? = nil,
        headers: [String: String] = ["Authorization": "Bearer \(token)"]
    ) async throws -> Answer {
        var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(port)\(path)")))
        request.httpMethod = method
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        if let body {
            request.httpBody = Data(body.encoded)
            if headers["Content-Type"] == nil {
                request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            }
        }
        let (data, response) = try await session.data(for: request)
        let http = try #require(response as? HTTPURLResponse)
        var fields: [String: String] = [:]
        for (name, value) in http.allHeaderFields { fields["\(name)".lowercased()] = "\(value)" }
        return Answer(status: http.statusCode, body: String(decoding: data, as: UTF8.self), headers: fields)
    }

    /// Asks the API, and checks that the answer is what the document says.
    @discardableResult
    func call(
        _ method: String, _ path: String, _ body: JSON? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        let answer = try await ask(method, path, body)
        let plain = path.prefix { $0 != "?" }.split(separator: "/")
        guard case .object(let paths)? = document["paths"],
            let (_, item) = paths.first(where: { template, _ in
                let parts = template.split(separator: "/")
                return parts.count == plain.count
                    && zip(parts, plain).allSatisfy { $0.0.hasPrefix("{") || $0.0 == $0.1 }
            }),
            let schema = item[method.lowercased()]?["responses"]?["\(answer.status)"]?["content"]?["application/json"]?[
                "schema"]
        else {
            Issue.record("\(method) \(path): \(answer.status) is not in the document", sourceLocation: sourceLocation)
            return answer
        }
        for problem in problems(answer.json, schema, at: "") {
            Issue.record("\(method) \(path): \(problem)", sourceLocation: sourceLocation)
        }
        return answer
    }

    /// Where a value is not as a schema says.
    private func problems(_ value: JSON, _ schema: JSON, at place: String) -> [String] {
        if let reference = schema["$ref"]?.text {
            let name = reference.split(separator: "/").last.map(String.init) ?? ""
            guard let named = document["components"]?["schemas"]?[name] else { return ["\(place): no schema \(name)"] }
            return problems(value, named, at: place)
        }
        if case .array(let any)? = schema["anyOf"] ?? schema["oneOf"] {
            let all = any.map { problems(value, $0, at: place) }
            return all.contains([]) ? [] : all.min { $0.count < $1.count } ?? []
        }
        if case .array(let words)? = schema["enum"], !words.contains(value) {
            return ["\(place): \(value) is none of \(words)"]
        }
        switch (schema["type"]?.text, value) {
        case ("string", .string), ("boolean", .bool), ("null", .null), ("integer", .integer), ("number", .number),
            ("number", .integer):
            return []
        case ("array", .array(let items)):
            return items.enumerated().flatMap { problems($1, schema["items"] ?? .null, at: "\(place)/\($0)") }
        case ("object", .object(let members)):
            var found: [String] = []
            if case .array(let required)? = schema["required"] {
                for name in required.compactMap(\.text) where members[name] == nil {
                    found.append("\(place): no \(name)")
                }
            }
            for (name, member) in members {
                if let own = schema["properties"]?[name] {
                    found += problems(member, own, at: "\(place)/\(name)")
                } else if case .object? = schema["additionalProperties"] {
                    found += problems(member, schema["additionalProperties"] ?? .null, at: "\(place)/\(name)")
                } else {
                    found.append("\(place): \(name) is not in the document")
                }
            }
            return found
        case (let type, _): return ["\(place): \(value) is no \(type ?? "?")"]
        }
    }
}
