import FaultySystem
import Foundation

/// What stands between replyd and the system, and fails as it is told to. See `Tests/FaultySystem`.
final class FaultySystem: @unchecked Sendable {
    // Unchecked because of the pointer: each order is one aligned word that this side alone writes.
    private let orders: UnsafeMutablePointer<faulty_system_orders>
    private let path: String

    init(in folder: URL) throws {
        path = folder.appendingPathComponent("faulty-system").path
        let size = MemoryLayout<faulty_system_orders>.size
        try Data(count: size).write(to: URL(fileURLWithPath: path))
        let file = open(path, O_RDWR)
        defer { close(file) }
        guard let map = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), map != MAP_FAILED else {
            throw POSIXError(.ENOMEM)
        }
        orders = map.assumingMemoryBound(to: faulty_system_orders.self)
    }

    deinit {
        munmap(orders, MemoryLayout<faulty_system_orders>.size)
    }

    /// What a process needs to get this system.
    var environment: [String: String] {
        let library = ReplydProcess.binary.deletingLastPathComponent().appendingPathComponent("libFaultySystem.so")
        return ["LD_PRELOAD": library.path, "FAULTY_SYSTEM": path]
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

    /// How many connections could not be taken for want of a descriptor.
    var failedAccepts: Int { Int(orders.pointee.failed_accepts) }
}
