import Foundation
import FoundationNetworking
import JSONText
import Providers
import Testing

/// A client of the admin port that checks every answer of the API against the API's own document.
struct AdminClient {
    static let token = "admin-token-never-to-be-seen"

    struct Answer {
        var status: Int
        var body: String
        var headers: [String: String]

        var json: JSON { JSON(parsing: Array(body.utf8)) ?? .null }
        /// The error of an answer: `status code: message`.
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

    /// The lines of a scene's configuration that open an admin port.
    static let settings = "admin: 127.0.0.1:0\nadmin_token: \(token)"

    /// Waits for the admin port of a running replyd, and fetches the API's document.
    init(_ process: ReplydProcess) async throws {
        try #require(await process.waits(for: "the admin port is open"))
        port = try #require(process.errors.firstMatch(of: /admin=(\d+)/).flatMap { Int($0.1) })
        document = .null
        document = try await ask("GET", "/api/openapi.json").json
    }

    /// Sends a request, with the token unless `headers` says otherwise.
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

    /// Sends a request to the API, and checks that the answer is as the document says.
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

    /// Returns the places at which a value does not match a schema.
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
