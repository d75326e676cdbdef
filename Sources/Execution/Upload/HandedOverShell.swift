import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// What one of our rsyncs wants of its remote shell: a command to run on the host, with rsync's own two descriptors.
final class HandedOverShell: Sendable {
    /// The remote command line.
    let line: String

    private struct Descriptors {
        var input: Int32?
        var output: Int32?
        var helper: Int32?
    }

    private let descriptors: Mutex<Descriptors>

    /// Takes over the three descriptors; what nobody takes from here is closed with it.
    init(line: String, input: Int32, output: Int32, helper: Int32) {
        self.line = line
        descriptors = Mutex(Descriptors(input: input, output: output, helper: helper))
    }

    deinit {
        descriptors.withLock { descriptors in
            for descriptor in [descriptors.input, descriptors.output, descriptors.helper] {
                if let descriptor { close(descriptor) }
            }
        }
    }

    /// Gives away the descriptors to read from rsync and to write to it; `nil` the second time.
    func takeDescriptors() -> (input: Int32, output: Int32)? {
        descriptors.withLock { descriptors in
            guard let input = descriptors.input, let output = descriptors.output else { return nil }
            descriptors.input = nil
            descriptors.output = nil
            return (input, output)
        }
    }

    /// Tells the helper how the remote command ended; it exits with this status.
    func finish(status: UInt8) {
        guard let helper = descriptors.withLock({ $0.helper.take() }) else { return }
        var status = status
        _ = send(helper, &status, 1, noSignal)
        close(helper)
    }

    #if canImport(Darwin)
    private let noSignal: Int32 = 0
    #else
    private let noSignal = Int32(MSG_NOSIGNAL)
    #endif
}
