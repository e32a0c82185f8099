import CTimer
import Dispatch
import Foundation
import Synchronization

extension Clock {
    /// Calls `notify` whenever the machine's wall clock is set, as the kernel reports it; the closure that it returns ends
    /// the calls.
    ///
    /// Where the kernel reports nothing, nobody is notified.
    @Sendable static func systemSteps(_ notify: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
        let descriptor = clock_step_open()
        guard descriptor >= 0, clock_step_arm(descriptor) == 0 else {
            if descriptor >= 0 { close(descriptor) }
            return {}
        }
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: .global())
        source.setEventHandler {
            guard clock_step_read(descriptor) != 0 else { return }
            _ = clock_step_arm(descriptor)
            notify()
        }
        source.setCancelHandler { close(descriptor) }
        source.resume()
        let held = Mutex(source)
        return { held.withLock { $0.cancel() } }
    }
}
