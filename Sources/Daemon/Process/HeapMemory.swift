import CMalloc
import Dispatch

/// What the C library's allocator is told, so that memory stays where it was before something large came and went.
public enum HeapMemory {
    /// Keeps threads from having heaps of their own. For the start, before there are threads.
    public static func keepFewHeaps() { keep_few_heaps() }

    /// Gives back what is free, beside everything else: it takes milliseconds.
    static func giveBack() {
        DispatchQueue.global(qos: .utility).async { give_back_free_memory() }
    }
}
