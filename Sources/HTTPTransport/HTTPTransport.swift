import CCurl
import Foundation
import Synchronization

/// Sends HTTP requests with libcurl's multi interface: one thread, however many requests; connections are kept and reused.
///
/// Certificates are verified, redirects are not followed (they could carry credentials elsewhere), answers are bounded.
/// A request is written at most once: libcurl's own repetition on a connection that turned out dead is refused, since
/// nobody can know whether the first one was read.
public final class HTTPTransport: Sendable {
    /// The most of an answer that is read, in bytes.
    public static let bodyLimit = 1 << 20

    private struct State {
        var queued: [Transfer] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let loop: CurlLoop

    /// A transport that tells servers who it is.
    ///
    /// - Parameters:
    ///   - userAgent: The `User-Agent` of every request.
    ///   - connectionsPerHost: How many connections one host gets at most.
    ///   - certificates: A PEM file with the authorities that are trusted; nil for the system's.
    public init(userAgent: String, connectionsPerHost: Int = 32, certificates: String? = nil) {
        loop = CurlLoop(userAgent: userAgent, connectionsPerHost: connectionsPerHost, certificates: certificates)
        let thread = Thread { [self] in run() }
        thread.name = "curl"
        thread.start()
    }

    /// Sends a request and returns what came back.
    public func post(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
        try await send(request)
    }

    /// Asks for what is at an address.
    public func get(_ url: String, timeout: Duration) async throws(TransportError) -> TransportResponse {
        try await send(TransportRequest(get: url, timeout: timeout))
    }

    private func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
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
                    // Those that come before the thread has looked go with the first one.
                    loop.wake()
                }
            }
        } catch let error as TransportError {
            throw error
        } catch {
            throw .maybeSent("\(error)")
        }
    }

    /// Ends the thread. What is still under way ends as ``TransportError/maybeSent(_:)``.
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

/// One request on its way: owned by the transport's thread once it is queued.
///
/// Unchecked because only that thread touches the mutable parts.
final class Transfer: @unchecked Sendable {
    let request: TransportRequest
    private let continuation: CheckedContinuation<TransportResponse, any Error>
    var body: [UInt8] = []
    var isTooLarge = false
    /// How often libcurl was about to write the request.
    var sends = 0
    var headers: UnsafeMutablePointer<curl_slist>?
    /// Where libcurl writes what went wrong.
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
