import HTTPTypes
import Hummingbird
import NIOCore
import JSONText

extension Response {
    /// Returns an answer in plain text; `text` gets a line break at its end.
    static func text(_ status: HTTPResponse.Status, _ text: String, _ headers: HTTPFields = [:]) -> Response {
        make(status, "text/plain; charset=utf-8", ByteBuffer(string: text + "\n"), headers)
    }

    /// Returns an answer of that text and nothing else.
    static func exactly(_ text: String) -> Response {
        make(.ok, "text/plain; charset=utf-8", ByteBuffer(string: text), [:])
    }

    /// Returns an answer in JSON.
    static func json(_ status: HTTPResponse.Status, _ json: JSON, _ headers: HTTPFields = [:]) -> Response {
        make(status, "application/json", json.line, headers)
    }

    /// Returns an answer in JSON that is encoded already.
    static func json(_ status: HTTPResponse.Status, encoded json: String, _ headers: HTTPFields = [:]) -> Response {
        make(status, "application/json", ByteBuffer(string: json + "\n"), headers)
    }

    /// Returns an answer that says why a request is refused.
    static func refusal(_ status: HTTPResponse.Status, _ why: String, _ headers: HTTPFields = [:]) -> Response {
        .json(status, .error(why), headers)
    }

    private static func make(
        _ status: HTTPResponse.Status, _ contentType: String, _ body: ByteBuffer, _ headers: HTTPFields
    ) -> Response {
        var headers = headers
        headers[.contentType] = contentType
        return Response(status: status, headers: headers, body: .init(byteBuffer: body))
    }
}

extension JSON {
    /// Returns the body of a refusal.
    static func error(_ why: String) -> JSON { .object(["error": .string(why)]) }

    /// The body of an answer: the value on a line of its own, for people with `curl`.
    var line: ByteBuffer { ByteBuffer(bytes: encoded + [UInt8(ascii: "\n")]) }
}
