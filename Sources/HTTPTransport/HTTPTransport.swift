import CCurl
import Foundation
import Synchronization

/// Sends HTTP requests with libcurl's multi interface. One thread serves any number of requests, and connections are
/// kept and reused.
///
/// Certificates are verified, redirects are not followed (they could carry credentials elsewhere), answers are bounded.
/// A request is written at most once: libcurl's own repetition on a connection that turned out dead is refused, because
/// nobody can know whether the first one was read.
public final class HTTPTransport: Sendable {
    /// The largest body of an answer that is read, in bytes. A larger one is cut there: its status counts all the same.
    public static let bodyLimit = 1 << 20

    private struct State {
        var queued: [Transfer] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let loop: CurlLoop

    /// Creates a transport and starts its thread.
    ///
    /// - Parameters:
    ///   - userAgent: The `User-Agent` of every request.
    ///   - connectionsPerHost: The most connections to one host.
    ///   - certificates: The path of a PEM file with the authorities that are trusted; `nil` for those of the system.
    public init(userAgent: String, connectionsPerHost: Int = 32, certificates: String? = nil) {
        loop = CurlLoop(userAgent: userAgent, connectionsPerHost: connectionsPerHost, certificates: certificates)
        let thread = Thread { [self] in run() }
        thread.name = "curl"
        thread.start()
    }

    /// Sends a GET to an address and returns the answer.
    ///
    /// - Parameters:
    ///   - url: The address: http or https.
    ///   - timeout: The time limit from first to last byte, name look-up included.
    /// - Throws: ``TransportError`` if no answer came.
    public func get(_ url: String, timeout: Duration) async throws(TransportError) -> TransportResponse {
        try await send(TransportRequest(get: url, timeout: timeout))
    }

    /// Sends a request and returns the answer.
    ///
    /// - Throws: ``TransportError`` if no answer came.
    public func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
        do {
            return try await withCheckedThrowingContinuation { continuation in
                let transfer = Transfer(request, continuation)
                let (isClosed, isFirst) = state.withLock { state in
                    defer { if !state.isClosed { state.queued.append(transfer) } }
                    return (state.isClosed, state.queued.isEmpty)
                }
                if isClosed {
                    transfer.finish(.failure(.notSent("replyd is stopping")))
                } else if isFirst {
                    // Requests that come before the thread has looked go with the first one.
                    loop.wake()
                }
            }
        } catch let error as TransportError {
            throw error
        } catch {
            throw .maybeSent("\(error)")
        }
    }

    /// Ends the thread. A request that is still in flight ends as ``TransportError/maybeSent(_:)``, or as
    /// ``TransportError/notSent(_:)`` if none of it was written.
    public func close() {
        state.withLock { $0.isClosed = true }
        loop.wake()
    }

    private func run() {
        while true {
            let (transfers, isClosed) = state.withLock { state in
                defer { state.queued = [] }
                return (state.queued, state.isClosed)
            }
            transfers.forEach(loop.start)
            if isClosed { break }
            loop.turn()
        }
        loop.stop()
    }
}

/// One request in flight. It is owned by the transport's thread once it is queued.
///
/// It is unchecked because only that thread touches the mutable parts.
final class Transfer: @unchecked Sendable {
    let request: TransportRequest
    private let continuation: CheckedContinuation<TransportResponse, any Error>
    var body: [UInt8] = []
    /// The number of bytes of the body that have come.
    var received = 0
    var isTooLarge = false
    /// The number of times that libcurl was about to write the request.
    var sends = 0
    var headers: UnsafeMutablePointer<curl_slist>?
    /// The buffer into which libcurl writes the text of an error.
    let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init(_ request: TransportRequest, _ continuation: CheckedContinuation<TransportResponse, any Error>) {
        self.request = request
        self.continuation = continuation
        errorText.pointee = 0
    }

    deinit {
        curl_slist_free_all(headers)
        errorText.deallocate()
    }

    func finish(_ result: Result<TransportResponse, TransportError>) {
        continuation.resume(with: result.mapError { $0 })
    }
}
