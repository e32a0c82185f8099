import Foundation
import Synchronization

/// Tells when rules files may have changed: by inotify and, where the kernel does not know (network mounts), by looking
/// every other second.
final class RulesWatch: Sendable {
    /// How often files on network mounts are looked at, in milliseconds.
    private static let pollInterval: Int32 = 2000
    private static let events = UInt32(
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF)

    /// Sent when something may have changed, and by ``trigger()``.
    let signal = WakeSignal()
    private let path: String
    private let mustPoll: Bool
    private let changes = Atomic(0)
    /// Who has asked for the rules to be loaded and not been told of it.
    private let asking = Mutex<[String]>([])
    /// Closed to end the thread: reading from it then ends.
    private let end: Mutex<(reader: Int32, writer: Int32)?>

    /// Watches a file or a folder, once started; where `mustPoll`, by looking alone.
    init(path: String, mustPoll: Bool = false) {
        self.path = path
        self.mustPoll = mustPoll
        end = Mutex(nil)
    }

    /// How often something may have changed so far.
    var count: Int { changes.load(ordering: .relaxed) }

    /// Says that something may have changed, or that somebody asks for it; returns how often that has been so far.
    @discardableResult
    func trigger(by asker: String? = nil) -> Int {
        if let asker { asking.withLock { $0.append(asker) } }
        defer { signal.send() }
        return changes.add(1, ordering: .relaxed).newValue
    }

    /// Who has asked since this was asked last.
    func takeAsking() -> [String] {
        asking.withLock { asking in
            defer { asking = [] }
            return asking
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
            // What changed before the watches were set up shows in what is there now.
            let now = WatchedPlaces(path).fingerprint
            if let last, last != now { trigger() }
            last = now
            guard wait(inotify, names, isBlind ? now : nil, until: end) else { return }
            trigger()
        }
    }

    /// Waits for a change; false where the watch is over.
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

    /// Reads what inotify has to say; true where it concerns the rules.
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
                    // Without a name it is the folder itself, or events were lost.
                    if name.isEmpty || (wanted?.contains(String(decoding: name, as: UTF8.self)) ?? true) {
                        concerns = true
                    }
                    offset += header + Int(event.len)
                }
            }
        }
    }
}
