import CCurl

/// libcurl's multi handle and its easy handles. All but ``wake()`` is for the transport's thread alone.
///
/// It is unchecked because it holds C pointers; `curl_multi_wakeup` is documented as safe from any thread, and nothing
/// else is called from another one.
final class CurlLoop: @unchecked Sendable {
    private let multi: OpaquePointer
    private let userAgent: String
    private let certificates: String?
    /// The easy handles to use again: making one costs more than a request.
    private var spare: [UnsafeMutableRawPointer] = []
    private var running: Set<UnsafeMutableRawPointer> = []
    private static let spareLimit = 64

    private static let isGlobalReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(userAgent: String, connectionsPerHost: Int, certificates: String?) {
        // Both fail only if memory has run out before anything has begun.
        precondition(Self.isGlobalReady, "libcurl can't be initialised")
        guard let multi = curl_multi_init() else { preconditionFailure("libcurl can't be initialised") }
        self.multi = OpaquePointer(multi)
        self.userAgent = userAgent
        self.certificates = certificates
        _ = replyd_curl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, connectionsPerHost)
        _ = replyd_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, connectionsPerHost * 4)
    }

    private var handle: UnsafeMutableRawPointer { UnsafeMutableRawPointer(multi) }

    /// Makes ``turn()`` return.
    func wake() {
        _ = curl_multi_wakeup(handle)
    }

    /// Starts a request.
    func start(_ transfer: Transfer) {
        guard let easy = spare.popLast() ?? curl_easy_init() else {
            transfer.finish(.failure(.notSent("out of memory")))
            return
        }
        let context = Unmanaged.passRetained(transfer)
        let code = configure(easy, transfer, context.toOpaque())
        guard code == CURLE_OK, curl_multi_add_handle(handle, easy) == CURLM_OK else {
            // Balances passRetained: the handle was never added.
            context.release()
            recycle(easy)
            transfer.finish(.failure(.notSent(Self.text(code))))
            return
        }
        running.insert(easy)
    }

    /// Advances all requests and waits until there is something to do.
    func turn() {
        var count: Int32 = 0
        curl_multi_perform(handle, &count)
        var left: Int32 = 0
        while let message = curl_multi_info_read(handle, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            finish(easy, replyd_curl_message_result(message))
        }
        // This returns for libcurl's own timers and for `wake()`; the hour is only a bound.
        curl_multi_poll(handle, nil, 0, 3_600_000, nil)
    }

    /// Ends all requests and frees the handles.
    func stop() {
        for easy in running { finish(easy, CURLE_ABORTED_BY_CALLBACK) }
        spare.forEach(curl_easy_cleanup)
        curl_multi_cleanup(handle)
    }

    private func finish(_ easy: UnsafeMutableRawPointer, _ code: CURLcode) {
        guard running.remove(easy) != nil, let context = replyd_curl_get_private(easy) else { return }
        // Balances passRetained in start.
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeRetainedValue()
        let status = Int(replyd_curl_get_status(easy))
        let retryAfter = Int(replyd_curl_get_retry_after(easy))
        let date = replyd_curl_get_date(easy)
        let isHead = transfer.request.isHead
        let length = isHead ? Int(replyd_curl_get_length(easy)) : -1
        let type = isHead ? replyd_curl_get_type(easy).map { String(cString: $0) } : nil
        curl_multi_remove_handle(handle, easy)
        recycle(easy)
        // What has been answered has been answered, even if the body is too large or never ends.
        let isCut = transfer.sends == 1 && status >= 200 && (transfer.isTooLarge || !transfer.request.readsAnswer)
        if code == CURLE_OK || isCut {
            transfer.finish(
                .success(
                    TransportResponse(
                        status: status, body: transfer.body, retryAfter: retryAfter > 0 ? .seconds(retryAfter) : nil,
                        date: date < 0 ? nil : Int(date),
                        length: length < 0 ? nil : length, type: type)
                )
            )
        } else if transfer.sends == 0 {
            transfer.finish(.failure(.notSent(Self.text(code, transfer))))
        } else if transfer.sends > 1 {
            transfer.finish(.failure(.maybeSent("the connection was closed before an answer came")))
        } else {
            transfer.finish(.failure(.maybeSent(Self.text(code, transfer))))
        }
    }

    private func recycle(_ easy: UnsafeMutableRawPointer) {
        guard spare.count < Self.spareLimit else {
            curl_easy_cleanup(easy)
            return
        }
        curl_easy_reset(easy)
        spare.append(easy)
    }

    private static func text(_ code: CURLcode) -> String {
        code == CURLE_OK ? "the request can't be made" : String(cString: curl_easy_strerror(code))
    }

    /// Returns the error in libcurl's own words, which say more than its code: which certificate it was, which name was
    /// not found.
    private static func text(_ code: CURLcode, _ transfer: Transfer) -> String {
        transfer.errorText.pointee == 0 ? text(code) : String(cString: transfer.errorText)
    }

    // MARK: Options

    private func configure(
        _ easy: UnsafeMutableRawPointer, _ transfer: Transfer, _ context: UnsafeMutableRawPointer
    ) -> CURLcode {
        for (name, value) in transfer.request.headers {
            transfer.headers = curl_slist_append(transfer.headers, "\(name): \(value)")
        }
        // Without this header libcurl asks for permission before larger bodies and waits a second for it.
        transfer.headers = curl_slist_append(transfer.headers, "Expect:")
        let milliseconds =
            Int(transfer.request.timeout.components.seconds) * 1000
            + Int(transfer.request.timeout.components.attoseconds / 1_000_000_000_000_000)
        let trusted = certificates.map { replyd_curl_set_string(easy, CURLOPT_CAINFO, $0) } ?? CURLE_OK
        let settings: [CURLcode] = [
            trusted,
            replyd_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, transfer.errorText),
            replyd_curl_set_string(easy, CURLOPT_URL, transfer.request.url),
            replyd_curl_set_http_only(easy),
            replyd_curl_set_long(easy, CURLOPT_NOSIGNAL, 1),
            replyd_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0),
            replyd_curl_set_long(easy, CURLOPT_TIMEOUT_MS, milliseconds),
            replyd_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, min(milliseconds, 5000)),
            // The time for which an idle connection is trusted, in seconds: well under the time that servers usually
            // keep one.
            replyd_curl_set_long(easy, CURLOPT_MAXAGE_CONN, 30),
            replyd_curl_set_long(easy, CURLOPT_TCP_KEEPALIVE, 1),
            replyd_curl_set_string(easy, CURLOPT_USERAGENT, userAgent),
            replyd_curl_set_list(easy, CURLOPT_HTTPHEADER, transfer.headers),
            replyd_curl_set_pointer(easy, CURLOPT_PRIVATE, context),
            replyd_curl_set_pointer(easy, CURLOPT_WRITEDATA, context),
            replyd_curl_set_pointer(easy, CURLOPT_PREREQDATA, context),
            replyd_curl_set_write(easy, Self.write),
            replyd_curl_set_prereq(easy, Self.prereq),
        ]
        return (settings + contents(easy, transfer.request)).first { $0 != CURLE_OK } ?? CURLE_OK
    }

    private func contents(_ easy: UnsafeMutableRawPointer, _ request: TransportRequest) -> [CURLcode] {
        guard let body = request.body else {
            return [replyd_curl_set_long(easy, request.isHead ? CURLOPT_NOBODY : CURLOPT_HTTPGET, 1)]
        }
        return [
            replyd_curl_set_long(easy, CURLOPT_POST, 1),
            replyd_curl_set_long(easy, CURLOPT_POSTFIELDSIZE, body.count),
            body.withUnsafeBytes { bytes in
                // The bytes are copied by libcurl, because the array may move.
                replyd_curl_set_pointer(
                    easy, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            },
        ]
    }

    private static let write: replyd_curl_write = { data, size, count, context in
        guard let data, let context else { return 0 }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        let length = size * count
        transfer.received += length
        // A short body that does not matter is read all the same, because the connection can then be used again.
        guard transfer.received <= (transfer.request.readsAnswer ? HTTPTransport.bodyLimit : 1 << 16) else {
            transfer.isTooLarge = true
            return 0
        }
        if transfer.request.readsAnswer {
            transfer.body.append(contentsOf: UnsafeRawBufferPointer(start: data, count: length))
        }
        return length
    }

    /// Counts the times that libcurl is about to write the request to an open connection; refuses all but the first.
    private static let prereq: replyd_curl_prereq = { context, _, _, _, _ in
        guard let context else { return CURL_PREREQFUNC_ABORT }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        transfer.sends += 1
        return transfer.sends == 1 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
    }
}
