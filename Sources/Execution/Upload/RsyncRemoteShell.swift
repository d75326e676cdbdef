import CDescriptorPassing

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The hidden command that rsync starts in place of ssh: it hands rsync's two descriptors to the running deploy, waits for the
/// exit status of rsync on the host, and ends with it.
///
/// It is one more process for each upload, so it does nothing else: call it before anything is parsed or set up. Whatever
/// goes wrong ends with 255, as ssh does; it can say nothing, because nobody reads it.
package enum RsyncRemoteShell {
    /// The name of the environment variable that holds the token of an upload: not the command line, which everyone sees.
    package static let tokenVariable = "DEPLOY_RSH_TOKEN"

    /// - Parameters:
    ///   - socketPath: the unix socket of ``DescriptorHandover``.
    ///   - arguments: what rsync gives to a remote shell: a host, which is not looked at, and the words of a command.
    package static func main(socketPath: String, arguments: [String]) -> Int32 {
        guard let token = getenv(tokenVariable).map({ String(cString: $0) }) else { return lost }
        guard let socket = UnixSocket.connect(to: socketPath) else { return lost }
        let message = Array("\(token)\0\(arguments.dropFirst().joined(separator: " "))\0".utf8)
        let sent = descriptor_passing_send(socket, message, message.count, [STDIN_FILENO, STDOUT_FILENO])
        guard sent == message.count else { return lost }
        // Only the copies that were handed over may be left, or rsync would never see the end of its input.
        close(STDIN_FILENO)
        close(STDOUT_FILENO)
        var status: UInt8 = 0
        var count: Int
        repeat { count = read(socket, &status, 1) } while count < 0 && errno == EINTR
        return count == 1 ? Int32(status) : lost
    }

    private static let lost: Int32 = 255
}
