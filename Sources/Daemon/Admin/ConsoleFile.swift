import Console
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A file of the console as it is served: with an `ETag`, so that a browser loads it once.
struct ConsoleFile {
    /// The files by path.
    static let all = Console.files.mapValues(ConsoleFile.init)

    /// A page of the console asks nobody else for anything, and nobody shows it in a frame.
    static let protection: HTTPFields = {
        var fields: HTTPFields = [
            .contentSecurityPolicy:
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
            .xContentTypeOptions: "nosniff",
        ]
        for (name, value) in [
            ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"), ("X-Frame-Options", "DENY"),
        ] {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return fields
    }()

    private let type: String
    private let content: ByteBuffer
    private let tag: String

    private init(_ file: Console.File) {
        type = file.type
        content = ByteBuffer(bytes: file.content)
        tag = "\"\(SHA256.hash(data: file.content).prefix(16).map { String(format: "%02x", $0) }.joined())\""
    }

    /// Returns the file, or a 304 if the browser has it.
    func response(to request: Request) -> Response {
        let headers: HTTPFields = [.contentType: type, .eTag: tag, .cacheControl: "no-cache"]
        return isKnown(to: request)
            ? Response(status: .notModified, headers: headers)
            : Response(status: .ok, headers: headers, body: .init(byteBuffer: content))
    }

    /// Whether the client has the file already (RFC 9110, section 13.1.2).
    private func isKnown(to request: Request) -> Bool {
        guard let known = request.headers[.ifNoneMatch], known.utf8.isASCII else { return false }
        return known.split(separator: ",").contains { one in
            let one = one.trimmed
            return one == "*" || one == tag || one == "W/\(tag)"
        }
    }
}
