import SeededRandom
import Foundation
import GRDBSQLite

/// A disk in memory that loses, at a power cut, the writes that were not synced: a file system for SQLite.
///
/// Everything runs on one thread, so nothing here is locked.
final class MemoryDisk {
    /// A file, and the changes to it since its last sync.
    final class File {
        enum Change {
            case write(offset: Int, bytes: [UInt8])
            case truncate(size: Int)
        }

        fileprivate(set) var bytes: [UInt8]

        fileprivate init(_ bytes: [UInt8] = []) {
            self.bytes = bytes
        }

        /// The changes since the last sync, each with the step that takes it back.
        private var changes: [(change: Change, undo: Undo)] = []

        private struct Undo {
            var size: Int
            var offset: Int
            var bytes: [UInt8]
        }

        fileprivate func apply(_ change: Change) {
            let from: Int
            let end: Int
            switch change {
            case .write(let offset, let new): (from, end) = (offset, min(offset + new.count, bytes.count))
            case .truncate(let size): (from, end) = (size, bytes.count)
            }
            let undo = Undo(size: bytes.count, offset: from, bytes: from < end ? Array(bytes[from..<end]) : [])
            changes.append((change, undo))
            perform(change)
        }

        private func perform(_ change: Change) {
            switch change {
            case .write(let offset, let new):
                let end = offset + new.count
                if bytes.count < end { bytes += [UInt8](repeating: 0, count: end - bytes.count) }
                bytes.withUnsafeMutableBytes { $0[offset..<end].copyBytes(from: new) }
            case .truncate(let size): bytes.removeLast(max(bytes.count - size, 0))
            }
        }

        private func takeBack(_ undo: Undo) {
            if bytes.count > undo.size { bytes.removeLast(bytes.count - undo.size) }
            if bytes.count < undo.size { bytes += [UInt8](repeating: 0, count: undo.size - bytes.count) }
            bytes.withUnsafeMutableBytes {
                $0[undo.offset..<(undo.offset + undo.bytes.count)].copyBytes(from: undo.bytes)
            }
        }

        fileprivate func sync() {
            changes.removeAll(keepingCapacity: true)
        }

        /// Loses the changes that were not synced, at random: each may have reached the disk all the same, or a part of
        /// a long write.
        fileprivate func cutPower(_ random: inout SeededRandom) {
            for (_, undo) in changes.reversed() { takeBack(undo) }
            let lost = changes.map(\.change)
            sync()
            for change in lost where random.chance(0.5) {
                guard case .write(let offset, let new) = change, new.count > 512, random.chance(0.2) else {
                    perform(change)
                    continue
                }
                perform(.write(offset: offset, bytes: Array(new.prefix(512 * random.upTo(new.count / 512)))))
            }
        }
    }

    private(set) var files: [String: File] = [:]
    /// Whether the disk is full: then no file grows.
    var isFull = false
    /// The number of changes and syncs until the power goes; `nil` for no end.
    var operationsLeft: Int?
    /// Whether the power is gone: nothing can be written any more.
    private(set) var isDead = false

    /// The disk that is in use.
    nonisolated(unsafe) static var current = MemoryDisk()

    /// Creates a disk that holds these files, all of them synced.
    init(holding contents: [String: [UInt8]] = [:]) {
        files = contents.mapValues { File($0) }
    }

    /// The bytes of each file, by name.
    var contents: [String: [UInt8]] { files.mapValues(\.bytes) }

    func cutPower(_ random: inout SeededRandom) {
        for name in files.keys.sorted() { files[name]?.cutPower(&random) }
        revive()
    }

    /// Lets the disk work again after the process has gone; everything that it has written is still there.
    func revive() {
        isDead = false
        operationsLeft = nil
    }

    func kill() { isDead = true }

    // MARK: For SQLite

    fileprivate func open(_ name: String) -> File {
        if let file = files[name] { return file }
        let file = File()
        files[name] = file
        return file
    }

    fileprivate func delete(_ name: String) { files[name] = nil }

    /// Whether a change may be made; counts it.
    fileprivate func admitsChange() -> Bool {
        if let left = operationsLeft {
            operationsLeft = left - 1
            if left <= 0 { isDead = true }
        }
        return !isDead
    }
}

/// SQLite's side of the disk: a virtual file system with the methods of sqlite.org/c3ref/vfs.html.
///
/// There is no shared memory (version 1): the database is opened in exclusive mode, in which WAL needs none.
enum DiskFileSystem {
    private struct Handle {
        var base: sqlite3_file
        var file: Unmanaged<MemoryDisk.File>?
    }

    /// Registers the file system for every database that this process opens. Both structures live as long as the
    /// process.
    static func register() {
        methods.initialize(to: fileMethods)
        vfs.initialize(to: fileSystem)
        sqlite3_vfs_register(vfs, 1)
    }

    nonisolated(unsafe) private static let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
    nonisolated(unsafe) private static let vfs = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    nonisolated(unsafe) private static let name = strdup("memory-disk")

    private static func file(_ pointer: UnsafeMutablePointer<sqlite3_file>?) -> MemoryDisk.File? {
        pointer.flatMap {
            UnsafeMutableRawPointer($0).assumingMemoryBound(to: Handle.self).pointee.file?.takeUnretainedValue()
        }
    }

    private static var fileSystem: sqlite3_vfs {
        var vfs = sqlite3_vfs()
        vfs.iVersion = 1
        vfs.szOsFile = Int32(MemoryLayout<Handle>.size)
        vfs.mxPathname = 512
        vfs.zName = UnsafePointer(name)
        vfs.xOpen = { _, name, file, flags, outFlags in
            guard let file else { return SQLITE_CANTOPEN }
            let handle = UnsafeMutableRawPointer(file).assumingMemoryBound(to: Handle.self)
            let opened = MemoryDisk.current.open(name.map { String(cString: $0) } ?? "temporary-\(UUID().uuidString)")
            handle.pointee.base.pMethods = UnsafePointer(DiskFileSystem.methods)
            handle.pointee.file = Unmanaged.passRetained(opened)
            outFlags?.pointee = flags
            return SQLITE_OK
        }
        vfs.xDelete = { _, name, _ in
            guard MemoryDisk.current.admitsChange() else { return SQLITE_IOERR }
            if let name { MemoryDisk.current.delete(String(cString: name)) }
            return SQLITE_OK
        }
        vfs.xAccess = { _, name, _, result in
            result?.pointee = name.map { MemoryDisk.current.files[String(cString: $0)] != nil } == true ? 1 : 0
            return SQLITE_OK
        }
        vfs.xFullPathname = { _, name, size, result in
            guard let name, let result, strlen(name) < Int(size) else { return SQLITE_CANTOPEN }
            strcpy(result, name)
            return SQLITE_OK
        }
        // SQLite salts its WAL with random bytes; the same seed must give the same run.
        vfs.xRandomness = { _, count, bytes in
            for index in 0..<Int(count) { bytes?[index] = CChar(truncatingIfNeeded: index &* 37 &+ 11) }
            return count
        }
        vfs.xSleep = { _, microseconds in microseconds }
        vfs.xCurrentTime = { _, julianDay in
            julianDay?.pointee = 2_460_000
            return SQLITE_OK
        }
        vfs.xGetLastError = { _, _, _ in 0 }
        return vfs
    }

    private static var fileMethods: sqlite3_io_methods {
        var methods = sqlite3_io_methods()
        methods.iVersion = 1
        methods.xClose = { pointer in
            guard let pointer else { return SQLITE_OK }
            let handle = UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: Handle.self)
            handle.pointee.file?.release()
            handle.pointee.file = nil
            return SQLITE_OK
        }
        methods.xRead = { pointer, buffer, count, offset in
            guard let file = DiskFileSystem.file(pointer), let buffer else { return SQLITE_IOERR | (1 << 8) }
            let there = max(min(file.bytes.count - Int(offset), Int(count)), 0)
            file.bytes.withUnsafeBytes { bytes in
                if there > 0, let base = bytes.baseAddress { memcpy(buffer, base + Int(offset), there) }
            }
            guard there < Int(count) else { return SQLITE_OK }
            memset(buffer + there, 0, Int(count) - there)
            return SQLITE_IOERR | (2 << 8)
        }
        methods.xWrite = { pointer, buffer, count, offset in
            guard let file = DiskFileSystem.file(pointer), let buffer, MemoryDisk.current.admitsChange() else {
                return SQLITE_IOERR | (3 << 8)
            }
            if MemoryDisk.current.isFull, Int(offset) + Int(count) > file.bytes.count { return SQLITE_FULL }
            file.apply(
                .write(offset: Int(offset), bytes: Array(UnsafeRawBufferPointer(start: buffer, count: Int(count)))))
            return SQLITE_OK
        }
        methods.xTruncate = { pointer, size in
            guard let file = DiskFileSystem.file(pointer), MemoryDisk.current.admitsChange() else {
                return SQLITE_IOERR
            }
            file.apply(.truncate(size: Int(size)))
            return SQLITE_OK
        }
        methods.xSync = { pointer, _ in
            guard let file = DiskFileSystem.file(pointer), MemoryDisk.current.admitsChange() else {
                return SQLITE_IOERR
            }
            file.sync()
            return SQLITE_OK
        }
        methods.xFileSize = { pointer, size in
            size?.pointee = sqlite3_int64(DiskFileSystem.file(pointer)?.bytes.count ?? 0)
            return SQLITE_OK
        }
        methods.xLock = { _, _ in SQLITE_OK }
        methods.xUnlock = { _, _ in SQLITE_OK }
        methods.xCheckReservedLock = { _, result in
            result?.pointee = 0
            return SQLITE_OK
        }
        methods.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
        methods.xSectorSize = { _ in 512 }
        methods.xDeviceCharacteristics = { _ in 0 }
        return methods
    }
}
