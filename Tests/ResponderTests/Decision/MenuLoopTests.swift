import Responder
import Testing

@Suite struct MenuLoopTests {
    private static let menu = """
          - {id: sales, match: {exact: ["1"]}, when: {state: {menu: sales}}, set: {menu: sizes}, reply: "sizes: 1 or 2"}
          - {id: sizes, match: {exact: ["1"]}, when: {state: {menu: sizes}}, set: {menu: done}, reply: "which one?"}
          - {id: done, match: {exact: ["1"]}, when: {state: {menu: done}}, reply: "that was all"}
        """

    /// A person chooses the first of each menu.
    @Test func theSameTextInAnotherStateIsNoEcho() throws {
        var chat = try Chat(Self.menu)
        chat.policy.loopGuard = LoopGuard()
        chat.conversation.memory.state["menu"] = Memory.Value(text: "sales")
        for rule in ["sales", "sizes"] { #expect(chat.says("1", after: .seconds(5)).rule == rule) }
        // From here on the same rule answers in the same state: twice it may, and then it is a robot.
        for _ in 0..<2 { #expect(chat.says("1", after: .seconds(5)).outcome == .reply) }
        let third = chat.says("1", after: .seconds(5))
        #expect(third.reason == .loop)
        #expect(third.because.hasPrefix("the same text came 3 times, each right after an answer: it may be a robot"))
    }

    @Test(arguments: [2, 5])
    func howOftenTheSameTextMayComeCanBeSet(times: Int) throws {
        var chat = try Chat("  - {id: a, match: hello, reply: yes}")
        chat.policy.loopGuard = LoopGuard(answers: 20, sameText: times)
        for _ in 1..<times { #expect(chat.says("hello", after: .seconds(1)).outcome == .reply) }
        #expect(chat.says("hello", after: .seconds(1)).reason == .loop)
    }
}
