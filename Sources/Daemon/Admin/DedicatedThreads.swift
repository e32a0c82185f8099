import Dispatch

/// Runs tasks on dedicated threads.
///
/// An answer of the admin port may take a while to put together. On the threads that all tasks share, of which there
/// are as many as processors, webhooks would wait for it.
final class DedicatedThreads: TaskExecutor {
    private let queue: DispatchQueue

    init(_ name: String) {
        queue = DispatchQueue(label: name, attributes: .concurrent)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
