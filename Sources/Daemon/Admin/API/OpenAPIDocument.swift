import HTTPTypes
import JSONText
import Providers

/// The API as OpenAPI 3.1 describes it (spec.openapis.org/oas/v3.1.1), made from the same routes that are served.
struct OpenAPIDocument {
    let routes: [APIRoute]
    let schemas: [String: JSONSchema]

    /// The errors that any call may lead to.
    private static let common: [APIError.Code] = [.unauthorized, .forbidden, .tooMany, .storeFailed]

    var json: JSON {
        var paths: [String: [String: JSON]] = [:]
        for route in routes { paths[route.path, default: [:]][route.method.rawValue.lowercased()] = operation(route) }
        return .object([
            "openapi": "3.1.0",
            "info": .object([
                "title": "replyd", "version": .string(Daemon.version),
                "description": """
                Looks into a running replyd and steers it. Times are Unix times in seconds. Every call shows the \
                `admin_token`: `Authorization: Bearer TOKEN`.
                """,
                "license": .object(["name": "MIT", "identifier": "MIT"]),
            ]),
            "servers": .array([.object(["url": "/"])]),
            "security": .array([.object(["token": .array([])])]),
            "paths": .object(paths.mapValues(JSON.object)),
            "components": .object([
                "securitySchemes": .object(["token": .object(["type": "http", "scheme": "bearer"])]),
                "schemas": .object(
                    schemas.merging(["Error": Self.error]) { own, _ in own }.mapValues(\.json)),
            ]),
        ])
    }

    private static let error = JSONSchema.object([
        "error": .object(["code": .text(among: APIError.Code.allCases.map(\.rawValue)), "message": .text])
    ])

    private func operation(_ route: APIRoute) -> JSON {
        var responses: [String: JSON] = ["200": Self.response("Done.", route.answer)]
        var failures = Self.common + route.failures
        if !route.parameters.isEmpty || route.body != nil { failures.append(.badRequest) }
        if route.body != nil { failures += [.bodyTooLarge, .notJSON] }
        for status in Set(failures.map(\.status.code)) {
            let codes = Set(failures.filter { $0.status.code == status }.map { "`\($0.rawValue)`" }).sorted()
            responses["\(status)"] = Self.response(codes.joined(separator: " or "), .named("Error"))
        }
        var operation: [String: JSON] = [
            "operationId": .string(route.id), "summary": .string(route.summary), "responses": .object(responses),
        ]
        if !route.description.isEmpty { operation["description"] = .string(route.description) }
        if !route.parameters.isEmpty {
            operation["parameters"] = .array(
                route.parameters.map { parameter in
                    .object([
                        "name": .string(parameter.name), "in": .string(parameter.place.rawValue),
                        "required": .bool(parameter.place == .path), "schema": parameter.schema.json,
                        "description": .string(parameter.description),
                    ])
                })
        }
        if let body = route.body {
            operation["requestBody"] = .object([
                "required": .bool(!route.isBodyOptional),
                "content": .object(["application/json": .object(["schema": body.json])]),
            ])
        }
        return .object(operation)
    }

    private static func response(_ description: String, _ schema: JSONSchema) -> JSON {
        .object([
            "description": .string(description),
            "content": .object(["application/json": .object(["schema": schema.json])]),
        ])
    }
}
