import Testing

@testable import Daemon

@Suite struct ConcurrencyLimitTests {
    @Test func anAccountMayTakeMoreThanItsShareOnlyWhileThereIsRoom() {
        let concurrency = ConcurrencyLimit()
        func enter(_ account: String, times: Int = 1) -> [ConcurrencyLimit.Place] {
            (0..<times).compactMap { _ in concurrency.enter(account, limit: 100, share: 50) }
        }
        var noisy = enter("noisy", times: 100)
        #expect(noisy.count == 51)
        #expect(concurrency.isFull("noisy", limit: 100, share: 50))
        var quiet = enter("quiet", times: 100)
        #expect(quiet.count == 49)
        #expect(concurrency.isFull("quiet", limit: 100, share: 50))
        noisy.removeFirst(20)
        quiet += enter("quiet")
        #expect(quiet.count == 50)
        #expect(enter("quiet").isEmpty)
        noisy += enter("noisy")
        #expect(noisy.count == 32)
    }
}
