import Dispatch
import SSHTransport
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Asks the person at the terminal for a secret, without showing what is typed. One question at a time.
final class TerminalSecrets: Sendable {
    private static let path = "/dev/tty"
    /// Where a question blocks a thread, it must not be one of the few that everything else runs on.
    private let queue = DispatchQueue(label: "deploy.terminal-secrets")

    /// As a source for connections; a passphrase that opens nothing is asked for again, as by ssh(1).
    var source: LoginSecretSource {
        LoginSecretSource(name: "terminal", attempts: 3) { (question) throws(LoginSecretSource.Failure) in
            let answer = await self.ask(Self.prompt(question))
            switch answer {
            case .success(let text): return text.isEmpty ? nil : SecretText(text)
            case .failure(let failure): throw failure
            }
        }
    }

    static func prompt(_ question: LoginSecretSource.Question) -> String {
        switch question {
        case .passphrase(let path, let isRepeated):
            (isRepeated ? "That does not open it. " : "") + "Passphrase of the key \(path): "
        case .password(let user, let host): "Password of \(user), for \(host) and the hosts after it: "
        case .sudoPassword(let user, let host): "Password of \(user) for sudo, on \(host) and the hosts after it: "
        }
    }

    // MARK: Private

    private func ask(_ prompt: String) async -> Result<String, LoginSecretSource.Failure> {
        let isCancelled = Atomic(false)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async {
                    continuation.resume(returning: Self.answer(to: prompt) { isCancelled.load(ordering: .relaxed) })
                }
            }
        } onCancel: {
            isCancelled.store(true, ordering: .relaxed)
        }
    }

    private static func answer(
        to prompt: String, isCancelled: () -> Bool
    ) -> Result<String, LoginSecretSource.Failure> {
        let terminal = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else { return .failure(LoginSecretSource.Failure("there is no terminal to ask on")) }
        defer { close(terminal) }
        var shown = termios()
        guard tcgetattr(terminal, &shown) == 0 else {
            return .failure(LoginSecretSource.Failure("the terminal cannot be asked"))
        }
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        EchoRestoration.arm(shown)
        defer {
            tcsetattr(terminal, TCSAFLUSH, &shown)
            EchoRestoration.disarm()
            show("\n", on: terminal)
        }
        tcsetattr(terminal, TCSAFLUSH, &hidden)
        show(prompt, on: terminal)
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count < 4096 {
            var waiting = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
            // Looks up now and then: the run may have been stopped meanwhile.
            let ready = poll(&waiting, 1, 200)
            if isCancelled() { return .failure(LoginSecretSource.Failure("the run was stopped")) }
            if ready == 0 || (ready < 0 && errno == EINTR) { continue }
            guard ready > 0, read(terminal, &byte, 1) == 1, byte != UInt8(ascii: "\n") else { break }
            line.append(byte)
        }
        return .success(String(decoding: line, as: UTF8.self))
    }

    private static func show(_ text: String, on terminal: CInt) {
        let bytes = Array(text.utf8)
        _ = write(terminal, bytes, bytes.count)
    }
}

/// Shows again what is typed when the program ends in the middle of a question.
private enum EchoRestoration {
    private static let saved = Mutex<termios?>(nil)
    private static let isRegistered: Bool =
        atexit {
            guard var attributes = EchoRestoration.saved.withLock({ $0 }) else { return }
            let terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
            tcsetattr(terminal, TCSANOW, &attributes)
            close(terminal)
        } == 0

    static func arm(_ attributes: termios) {
        _ = isRegistered
        saved.withLock { $0 = attributes }
    }

    static func disarm() {
        saved.withLock { $0 = nil }
    }
}
