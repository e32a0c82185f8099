import FaultySystem
import Foundation

/// A library between replyd and the system that fails as it is told to. See `Tests/FaultySystem`.
final class FaultySystem: @unchecked Sendable {
    // Unchecked because of the pointer: each order is one aligned word that only this side writes.
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

    /// The environment that makes a process use this system.
    var environment: [String: String] {
        let library = ReplydProcess.binary.deletingLastPathComponent().appendingPathComponent("libFaultySystem.so")
        return ["LD_PRELOAD": library.path, "FAULTY_SYSTEM": path]
    }

    /// Makes writes fail with this error number.
    func failWrites(_ code: Int32) { orders.pointee.write_error = code }

    /// Makes syncs fail with this error number.
    func failSyncs(_ code: Int32) { orders.pointee.sync_error = code }

    /// Makes each sync take at least this time, in milliseconds.
    func delaySyncs(milliseconds: Int32) { orders.pointee.sync_delay = milliseconds }

    /// Ends all faults, and lets calls that are held up go on.
    func recover() {
        failWrites(0)
        failSyncs(0)
        delaySyncs(milliseconds: 0)
    }

    /// The number of connections that could not be accepted for want of a descriptor.
    var failedAccepts: Int { Int(orders.pointee.failed_accepts) }
}
