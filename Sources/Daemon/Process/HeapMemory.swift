import CMalloc
import Dispatch

/// Calls to the C library's allocator that let memory use fall back to its earlier level after something large has come
/// and gone.
public enum HeapMemory {
    /// Keeps threads from having heaps of their own. It is called at the start, before there are threads.
    public static func keepFewHeaps() { keep_few_heaps() }

    /// Gives free memory back to the system. This takes milliseconds, so it is done in the background.
    static func giveBack() {
        DispatchQueue.global(qos: .utility).async { give_back_free_memory() }
    }
}
