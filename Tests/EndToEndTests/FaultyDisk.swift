import FaultyDisk
import Foundation

/// A disk between replyd and the system, which fails as it is told to. See `Tests/FaultyDisk`.
final class FaultyDisk: @unchecked Sendable {
    // Unchecked because of the pointer: each order is one aligned word that this side alone writes.
    private let orders: UnsafeMutablePointer<faulty_disk_orders>
    private let path: String

    init(in folder: URL) throws {
        path = folder.appendingPathComponent("faulty-disk").path
        let size = MemoryLayout<faulty_disk_orders>.size
        try Data(count: size).write(to: URL(fileURLWithPath: path))
        let file = open(path, O_RDWR)
        defer { close(file) }
        guard let map = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), map != MAP_FAILED else {
            throw POSIXError(.ENOMEM)
        }
        orders = map.assumingMemoryBound(to: faulty_disk_orders.self)
    }

    deinit {
        munmap(orders, MemoryLayout<faulty_disk_orders>.size)
    }

    /// What a process needs to get this disk.
    var environment: [String: String] {
        let library = ReplydProcess.binary.deletingLastPathComponent().appendingPathComponent("libFaultyDisk.so")
        return ["LD_PRELOAD": library.path, "FAULTY_DISK": path]
    }

    /// Lets writes fail with this error.
    func failWrites(_ code: Int32) { orders.pointee.write_error = code }

    /// Lets syncs fail with this error.
    func failSyncs(_ code: Int32) { orders.pointee.sync_error = code }

    /// Lets syncs take so long.
    func delaySyncs(milliseconds: Int32) { orders.pointee.sync_delay = milliseconds }

    /// Lets everything through again, and what is held up go on.
    func recover() {
        failWrites(0)
        failSyncs(0)
        delaySyncs(milliseconds: 0)
    }

    /// How many steps were disturbed.
    var disturbed: Int { Int(orders.pointee.disturbed) }
}
