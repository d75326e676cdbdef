#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A thread outside the cooperative pool, for work that blocks.
enum BackgroundThread {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs `body` on a thread of its own, on which every signal is blocked: they are the main program's, and a SIGPIPE
    /// from a broken connection stays without effect.
    static func start(_ body: @escaping @Sendable () -> Void) throws(Failure) {
        let retained = Unmanaged.passRetained(Body(run: body))
        #if canImport(Darwin)
        var thread: pthread_t?
        #else
        var thread = pthread_t()
        #endif
        let code = pthread_create(
            &thread, nil,
            { context in
                var all = sigset_t()
                sigfillset(&all)
                pthread_sigmask(SIG_SETMASK, &all, nil)
                #if canImport(Darwin)
                let body = Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
                #else
                guard let context else { preconditionFailure("pthread passes on what it was given") }
                let body = Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
                #endif
                body.run()
                return nil
            }, retained.toOpaque())
        guard code == 0 else {
            retained.release()
            throw Failure(description: SystemErrors.message(code))
        }
        #if canImport(Darwin)
        if let thread { pthread_detach(thread) }
        #else
        pthread_detach(thread)
        #endif
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
