/// Why an ssh-agent did not do what it was asked.
package enum AgentError: Error, Hashable, CustomStringConvertible {
    /// There is nobody at the socket.
    case unreachable(socketPath: String, reason: String)
    /// The agent took the connection, and did not answer within the deadline: it may wait for its user.
    case didNotAnswer(socketPath: String, request: AgentRequest.Name, after: Duration)
    /// The agent said no: it is locked, does not hold the key, or its user refused.
    case refused(socketPath: String, request: AgentRequest.Name)
    /// The agent ended the connection before it answered, or answered something that is no answer.
    case malformedAnswer(socketPath: String, request: AgentRequest.Name, reason: String)
    /// The task that asked was cancelled.
    case cancelled(socketPath: String, request: AgentRequest.Name)

    package var description: String {
        switch self {
        case .unreachable(let path, let reason):
            "no ssh-agent at `\(path)`: \(reason); start one, or unset SSH_AUTH_SOCK"
        case .didNotAnswer(let path, let request, let deadline):
            "the ssh-agent at `\(path)` did not answer within \(deadline.text) when \(request.clause)"
        case .refused(let path, let request):
            "the ssh-agent at `\(path)` refused when \(request.clause): it may be locked, or no longer hold the key"
        case .malformedAnswer(let path, let request, let reason):
            "the ssh-agent at `\(path)` answered wrongly when \(request.clause): \(reason)"
        case .cancelled(let path, let request):
            "the ssh-agent at `\(path)` was not waited for when \(request.clause): the run was stopped"
        }
    }
}
