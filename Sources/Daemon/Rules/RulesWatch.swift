import Foundation
import Synchronization

/// Notifies when rules files may have changed: by inotify and, if the kernel does not know of changes (network mounts),
/// by polling every two seconds.
final class RulesWatch: Sendable {
    /// The interval at which files on network mounts are polled, in milliseconds.
    private static let pollInterval: Int32 = 2000
    /// The events of a folder. That a file is being written is watched for each rules file by itself: beside them may lie
    /// a database, and each of its writes would wake the thread.
    private static let folderEvents = UInt32(
        IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF)
    private static let fileEvents = UInt32(IN_MODIFY | IN_CLOSE_WRITE)

    /// The signal that something may have changed; ``trigger(by:)`` sends it too.
    let signal = WakeSignal()
    private let path: String
    private let mustPoll: Bool
    private let changes = Atomic(0)
    /// The askers whose reload has not begun yet.
    private let askers = Mutex<[String]>([])
    /// The pipe that ends the thread: once its writer is closed, reading from it ends.
    private let end: Mutex<(reader: Int32, writer: Int32)?>
    /// The files that somebody has written to and not closed, with links followed. They may hold half of what they are to
    /// hold, however long nothing comes.
    private let unfinished = Mutex<Set<String>>([])

    /// Creates a watch on a file or a folder, which begins with ``start()``; if `mustPoll`, it polls alone.
    init(path: String, mustPoll: Bool = false) {
        self.path = path
        self.mustPoll = mustPoll
        end = Mutex(nil)
    }

    /// The number of times that something may have changed so far.
    var count: Int { changes.load(ordering: .relaxed) }

    /// Whether somebody is writing to a file, and nobody has asked for a reload all the same.
    var isWriting: Bool { askers.withLock(\.isEmpty) && unfinished.withLock { !$0.isEmpty } }

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

    /// The folders and files that inotify watches, by the numbers of their watches, with links followed.
    private struct Watches {
        var descriptor: Int32
        /// The folders, and the names that matter in them; `nil` if all do.
        var folders: [Int32: (path: String, names: Set<String>?)] = [:]
        var files: [Int32: String] = [:]

        init(_ places: WatchedPlaces, descriptor: Int32) {
            self.descriptor = descriptor
            guard descriptor >= 0 else { return }
            for (folder, names) in places.folders {
                folders[inotify_add_watch(descriptor, folder, RulesWatch.folderEvents)] = (Self.real(folder), names)
            }
            for file in places.files {
                let number = inotify_add_watch(descriptor, file, RulesWatch.fileEvents)
                if number >= 0 { files[number] = Self.real(file) }
            }
        }

        private static func real(_ path: String) -> String { URL(filePath: path).resolvingSymlinksInPath().path }

        /// Returns the file that an event is about; `nil` if it is about a folder itself, or says that events were lost.
        func file(of event: inotify_event, named name: String) -> String? {
            files[event.wd] ?? (name.isEmpty ? nil : "\(folders[event.wd]?.path ?? "")/\(name)")
        }

        /// Whether an event may concern the rules.
        func concerns(_ event: inotify_event, named name: String) -> Bool {
            guard let folder = folders[event.wd], !name.isEmpty else { return true }
            // Of a new name it can't be said what it stands for: it may be a link to a folder.
            return folder.names?.contains(name)
                ?? (event.mask & UInt32(IN_CLOSE_WRITE) == 0 || WatchedPlaces.isRulesFile(name))
        }
    }

    private func watch(until end: Int32) {
        var last: [String]?
        var earlier: Watches?
        defer { if let earlier { close(earlier.descriptor) } }
        while true {
            let places = WatchedPlaces(path)
            let watches = Watches(
                places, descriptor: mustPoll ? -1 : inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC)))
            let isBlind = watches.descriptor < 0 || watches.folders.keys.contains(-1) || places.areRemote
            if let earlier {
                // A file may have been closed since.
                _ = readEvents(earlier)
                close(earlier.descriptor)
            }
            earlier = watches.descriptor >= 0 ? watches : nil
            // A change before the watches were set up shows in the fingerprint.
            let now = WatchedPlaces(path).fingerprint
            if let last, last != now { trigger() }
            last = now
            guard wait(watches, isBlind ? now : nil, until: end) else { return }
            trigger()
        }
    }

    /// Waits for a change; returns `false` if the watch is over.
    private func wait(_ watches: Watches, _ fingerprint: [String]?, until end: Int32) -> Bool {
        let inotify = watches.descriptor
        var descriptors = [pollfd(fd: end, events: Int16(POLLIN), revents: 0)]
        if inotify >= 0 { descriptors.append(pollfd(fd: inotify, events: Int16(POLLIN), revents: 0)) }
        while true {
            let count = poll(&descriptors, nfds_t(descriptors.count), fingerprint == nil ? -1 : Self.pollInterval)
            if count < 0, errno == EINTR { continue }
            if descriptors[0].revents != 0 || count < 0 { return false }
            if inotify >= 0, descriptors[1].revents != 0, readEvents(watches) { return true }
            if let fingerprint, fingerprint != WatchedPlaces(path).fingerprint { return true }
        }
    }

    /// Notes whether a file is being written.
    private func note(_ mask: UInt32, of file: String?) {
        unfinished.withLock { unfinished in
            if mask & UInt32(IN_Q_OVERFLOW) != 0 { unfinished = [] }
            guard let file else { return }
            if mask & UInt32(IN_MODIFY) != 0 {
                unfinished.insert(file)
            } else if mask & UInt32(IN_CLOSE_WRITE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO) != 0 {
                unfinished.remove(file)
            }
        }
    }

    /// Reads the events of inotify; returns whether one of them concerns the rules.
    private func readEvents(_ watches: Watches) -> Bool {
        var concerns = false
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = read(watches.descriptor, &buffer, buffer.count)
            guard count > 0 else { return concerns }
            buffer.withUnsafeBytes { bytes in
                var offset = 0
                let header = MemoryLayout<inotify_event>.size
                while offset + header <= count {
                    let event = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
                    let name = bytes[(offset + header)..<min(offset + header + Int(event.len), count)]
                        .prefix { $0 != 0 }
                    let file = String(decoding: name, as: UTF8.self)
                    if watches.concerns(event, named: file) { concerns = true }
                    note(event.mask, of: watches.file(of: event, named: file))
                    offset += header + Int(event.len)
                }
            }
        }
    }
}
