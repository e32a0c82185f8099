public import Foundation

extension FileHandle {
    /// The next bytes that can be read; empty at the end. Foundation's `availableData` ends the whole process if a signal
    /// comes meanwhile.
    public var nextData: Data {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Foundation.read(fileDescriptor, &bytes, bytes.count)
            if count >= 0 { return Data(bytes.prefix(count)) }
            guard errno == EINTR else { return Data() }
        }
    }
}
