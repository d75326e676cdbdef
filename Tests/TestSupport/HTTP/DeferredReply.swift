import Synchronization

/// The reply to requests that a test holds back until it says how they end.
package final class DeferredReply: Sendable {
    private struct State {
        var waiting: [@Sendable (ScriptedHTTPServer.Reply) -> Void] = []
        var arrivals = 0
        var reply: ScriptedHTTPServer.Reply?
    }

    private let state = Mutex(State())

    package init() {}

    /// How many requests have asked for this reply.
    package var arrivals: Int { state.withLock { $0.arrivals } }

    /// Answers all that wait, and those that come later.
    package func complete(_ reply: ScriptedHTTPServer.Reply) {
        let waiting = state.withLock { state in
            state.reply = reply
            defer { state.waiting = [] }
            return state.waiting
        }
        for answer in waiting { answer(reply) }
    }

    func arrived(_ answer: @escaping @Sendable (ScriptedHTTPServer.Reply) -> Void) {
        let reply = state.withLock { state in
            state.arrivals += 1
            if state.reply == nil { state.waiting.append(answer) }
            return state.reply
        }
        if let reply { answer(reply) }
    }
}
