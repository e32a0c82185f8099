/// FNV-1a with 64 bits: a quick hash for short texts, the same in each process.
package enum FNV1a {
    /// Returns the hash of some bytes. Takes a slice, for a generic sequence is not specialised across modules: that was
    /// a fortieth of all instructions of a message.
    package static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = self.hash(hash, with: byte) }
        return hash
    }

    /// Returns the hash of the bytes that have `hash`, with one more byte behind them.
    @inline(__always)
    static func hash(_ hash: UInt64, with byte: UInt8) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
}
