#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Two descriptors that are closed unless somebody takes them over.
struct OwnedDescriptors: ~Copyable {
    private let input: CInt
    private let output: CInt

    init(input: CInt, output: CInt) {
        self.input = input
        self.output = output
    }

    deinit {
        close(input)
        close(output)
    }

    consuming func release() -> (input: CInt, output: CInt) {
        let descriptors = (input, output)
        discard self
        return descriptors
    }
}
