import Foundation
import Synchronization

/// Notifies when rules files may have changed: by inotify and, if the kernel does not know of changes (network mounts),
/// by polling every two seconds.
final class RulesWatch: Sendable {
    /// The interval at which files on network mounts are polled, in milliseconds.
    private static let pollInterval: Int32 = 2000
    private static let events = UInt32(
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF)

    /// The signal that something may have changed; ``trigger(by:)`` sends it too.
    let signal = WakeSignal()
    private let path: String
    private let mustPoll: Bool
    private let changes = Atomic(0)
    /// The askers whose reload has not begun yet.
    private let askers = Mutex<[String]>([])
    /// The pipe that ends the thread: once its writer is closed, reading from it ends.
    private let end: Mutex<(reader: Int32, writer: Int32)?>

    /// Creates a watch on a file or a folder, which begins with ``start()``; if `mustPoll`, it polls alone.
    init(path: String, mustPoll: Bool = false) {
        self.path = path
        self.mustPoll = mustPoll
        end = Mutex(nil)
    }

    /// The number of times that something may have changed so far.
    var count: Int { changes.load(ordering: .relaxed) }

    /// Signals that something may have changed, or that `asker` wants a reload; returns the number of signals so far.
    @discardableResult
    func trigger(by asker: String? = nil) -> Int {
        if let asker { askers.withLock { $0.append(asker) } }
        defer { signal.send() }
        return changes.add(1, ordering: .relaxed).newValue
    }

    /// Returns the askers of a reload since the last call.
    func takeReloadAskers() -> [String] {
        askers.withLock { askers in
            defer { askers = [] }
            return askers
        }
    }

    func start() {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return }
        end.withLock { $0 = (ends[0], ends[1]) }
        let reader = ends[0]
        Thread { [self] in
            watch(until: reader)
            close(reader)
        }.start()
    }

    func stop() {
        // The thread closes the other end.
        if let writer = end.withLock({ ends in
            defer { ends = nil }
            return ends?.writer
        }) {
            close(writer)
        }
        signal.finish()
    }

    private func watch(until end: Int32) {
        var last: [String]?
        while true {
            let places = WatchedPlaces(path)
            let inotify = mustPoll ? -1 : inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
            defer { if inotify >= 0 { close(inotify) } }
            var names: [Int32: Set<String>?] = [:]
            for (folder, wanted) in places.folders where inotify >= 0 {
                names[inotify_add_watch(inotify, folder, Self.events)] = .some(wanted)
            }
            let isBlind = inotify < 0 || names.keys.contains(-1) || places.areRemote
            // A change before the watches were set up shows in the fingerprint.
            let now = WatchedPlaces(path).fingerprint
            if let last, last != now { trigger() }
            last = now
            guard wait(inotify, names, isBlind ? now : nil, until: end) else { return }
            trigger()
        }
    }

    /// Waits for a change; returns `false` if the watch is over.
    private func wait(
        _ inotify: Int32, _ names: [Int32: Set<String>?], _ fingerprint: [String]?, until end: Int32
    ) -> Bool {
        var descriptors = [pollfd(fd: end, events: Int16(POLLIN), revents: 0)]
        if inotify >= 0 { descriptors.append(pollfd(fd: inotify, events: Int16(POLLIN), revents: 0)) }
        while true {
            let count = poll(&descriptors, nfds_t(descriptors.count), fingerprint == nil ? -1 : Self.pollInterval)
            if count < 0, errno == EINTR { continue }
            if descriptors[0].revents != 0 || count < 0 { return false }
            if inotify >= 0, descriptors[1].revents != 0, readEvents(inotify, names) { return true }
            if let fingerprint, fingerprint != WatchedPlaces(path).fingerprint { return true }
        }
    }

    /// Reads the events of inotify; returns whether one of them concerns the rules.
    private func readEvents(_ inotify: Int32, _ names: [Int32: Set<String>?]) -> Bool {
        var concerns = false
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = read(inotify, &buffer, buffer.count)
            guard count > 0 else { return concerns }
            buffer.withUnsafeBytes { bytes in
                var offset = 0
                let header = MemoryLayout<inotify_event>.size
                while offset + header <= count {
                    let event = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                    let name = bytes[(offset + header)..<min(offset + header + Int(event.len), count)]
                        .prefix { $0 != 0 }
                    let wanted = names[event.wd] ?? nil
                    // An event without a name concerns the folder itself, or says that events were lost.
                    if name.isEmpty || (wanted?.contains(String(decoding: name, as: UTF8.self)) ?? true) {
                        concerns = true
                    }
                    offset += header + Int(event.len)
                }
            }
        }
    }
}
