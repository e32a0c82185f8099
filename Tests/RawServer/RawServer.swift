import Foundation

/// A server that does exactly what a test says, byte by byte, with one thread per connection and plain sockets.
public final class RawServer: @unchecked Sendable {
    /// The response to one request. Requests take the steps in order; the last step serves all that follow.
    public enum Step: Sendable {
        /// Writes this text and goes on with the next request.
        case answer(String)
        /// Writes this text character by character, one every two milliseconds, and goes on.
        case trickle(String)
        /// Closes the connection without an answer.
        case close
        /// Cuts the connection with a reset.
        case reset
        /// Never answers; the connection stays open until the client closes it or the server stops.
        case hang
        /// Answers with a body of this number of bytes.
        case flood(Int)
    }

    private let listener: Int32
    /// The port that the server listens on, at 127.0.0.1.
    public let port: Int
    private let lock = NSLock()
    private var steps: [Step]
    private var open: Set<Int32> = []
    private var isStopped = false
    private var requests: [String] = []
    private var accepted = 0

    /// Starts a server on a free port.
    ///
    /// - Throws: `POSIXError` if the server can't listen.
    public convenience init(_ steps: Step...) throws {
        try self.init(steps)
    }

    /// Starts a server on a free port.
    ///
    /// - Throws: `POSIXError` if the server can't listen.
    public init(_ steps: [Step]) throws {
        self.steps = steps
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { [listener] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic -> UInt16 in
                guard bind(listener, generic, length) == 0, listen(listener, 64) == 0,
                    getsockname(listener, generic, &length) == 0
                else { return 0 }
                return UInt16(
                    bigEndian: generic.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_port })
            }
        }
        guard port > 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        self.port = Int(port)
        Thread { [self] in acceptAll() }.start()
    }

    deinit {
        stop()
    }

    /// Stops the server and ends all its connections.
    public func stop() {
        lock.withLock {
            guard !isStopped else { return }
            isStopped = true
            // The thread that accepts closes the listener: until it has left, the descriptor must not become another's.
            shutdown(listener, Int32(SHUT_RDWR))
            open.forEach { shutdown($0, Int32(SHUT_RDWR)) }
        }
    }

    /// Closes a connection, under the lock: a descriptor that is closed may be another server's at once.
    private func end(_ connection: Int32) {
        lock.withLock {
            open.remove(connection)
            close(connection)
        }
    }

    /// The requests that were received so far, each with its head and body.
    public var received: [String] { lock.withLock { requests } }
    /// The number of connections that were accepted so far.
    public var connections: Int { lock.withLock { accepted } }

    private func acceptAll() {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else {
                close(listener)
                return
            }
            lock.withLock {
                open.insert(connection)
                accepted += 1
            }
            Thread { [self] in serve(connection) }.start()
        }
    }

    private func serve(_ connection: Int32) {
        while let request = read(connection) {
            let step = lock.withLock { () -> Step in
                requests.append(request)
                return steps.count > 1 ? steps.removeFirst() : steps[0]
            }
            switch step {
            case .answer(let text): write(connection, text)
            case .trickle(let text):
                for character in text {
                    write(connection, String(character))
                    usleep(2000)
                }
            case .hang: continue
            case .flood(let count):
                write(connection, "HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n")
                let block = String(repeating: "x", count: 65536)
                var left = count
                while left > 0, write(connection, block) { left -= block.utf8.count }
            case .close:
                end(connection)
                return
            case .reset:
                var abrupt = linger(l_onoff: 1, l_linger: 0)
                setsockopt(connection, SOL_SOCKET, SO_LINGER, &abrupt, socklen_t(MemoryLayout<linger>.size))
                end(connection)
                return
            }
        }
        end(connection)
    }

    @discardableResult
    private func write(_ connection: Int32, _ text: String) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }

    /// Reads one request with its body; returns `nil` at the end of the connection.
    private func read(_ connection: Int32) -> String? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.range(of: "\r\n\r\n") else { continue }
            let head = text[..<end.lowerBound].lowercased()
            let length =
                head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
            if text[end.upperBound...].utf8.count >= length { return text }
        }
    }
}
