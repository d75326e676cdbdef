import CLibSSH2
import NIOCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The functions libssh2 calls; each finds its ``TransportBuffers`` in the session's context pointer.
///
/// They run inside a libssh2 call on the event loop and must not call libssh2 again.
enum LibSSH2Callbacks {
    /// Takes everything, always: a partial write would expose libssh2's handling of them, which deadlocks during a rekey.
    static let send: ssh2_send_function = { _, bytes, count, _, context in
        guard let buffers = LibSSH2Callbacks.buffers(context), !buffers.isClosed else { return -Int(EPIPE) }
        buffers.outbound.writeBytes(UnsafeRawBufferPointer(start: bytes, count: count))
        return count
    }

    /// Answers `-EAGAIN` when there is nothing; libssh2 compares the value itself, not `errno`.
    static let receive: ssh2_receive_function = { _, target, count, _, context in
        guard let buffers = LibSSH2Callbacks.buffers(context) else { return 0 }
        if buffers.isUnreadable { return -Int(ECANCELED) }
        return buffers.take(into: UnsafeMutableRawBufferPointer(start: target, count: count)) ?? -Int(EAGAIN)
    }

    static let disconnect: ssh2_disconnect_function = { _, reason, message, length, _, _, context in
        let text = message.map { message in
            String(decoding: UnsafeRawBufferPointer(start: message, count: max(0, Int(length))), as: UTF8.self)
        }
        LibSSH2Callbacks.buffers(context)?.disconnectMessage = text ?? "reason \(reason)"
    }

    /// Hands out a signature, or asks to be called again while an agent is working on it.
    static let sign: ssh2_sign_function = { _, signature, signatureLength, data, count, context in
        guard let signer = LibSSH2Callbacks.buffers(context)?.signer, let signature, let signatureLength else {
            return -1
        }
        let request = Array(UnsafeRawBufferPointer(start: data, count: count))
        switch signer.answer(to: request) {
        case .pending: return LIBSSH2_ERROR_EAGAIN
        case .failed: return -1
        case .signed(let bytes):
            // libssh2 frees it.
            guard !bytes.isEmpty, let memory = malloc(bytes.count) else { return -1 }
            memory.copyMemory(from: bytes, byteCount: bytes.count)
            signature.pointee = memory.assumingMemoryBound(to: UInt8.self)
            signatureLength.pointee = bytes.count
            return 0
        }
    }

    /// Answers the questions of a keyboard-interactive login; libssh2 frees the answers.
    static let prompts: ssh2_prompts_function = { _, _, _, _, count, prompts, responses, context in
        guard let prompts, let responses, count > 0 else { return }
        let answer = LibSSH2Callbacks.buffers(context)?.promptAnswer
        for index in 0..<Int(count) {
            var length = 0
            let start = ssh2_prompt_text(prompts + index, &length)
            let prompt = String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
            let text = answer?.answer(prompt: prompt, isHidden: prompts[index].echo == 0) ?? ""
            responses[index].text = strdup(text)
            responses[index].length = CUnsignedInt(text.utf8.count)
        }
    }

    private static func buffers(_ context: UnsafeMutablePointer<UnsafeMutableRawPointer?>?) -> TransportBuffers? {
        guard let pointer = context?.pointee else { return nil }
        return Unmanaged<TransportBuffers>.fromOpaque(pointer).takeUnretainedValue()
    }
}
