import CLibSSH2

/// What libssh2 reported: one of its `LIBSSH2_ERROR_*` numbers and its text.
struct LibSSH2Error: Error, Sendable, Equatable, CustomStringConvertible {
    var number: CInt
    var message: String

    var description: String { "libssh2: \(message) (\(number))" }

    /// The server took the key or the signature for none of its own; another may be offered.
    var isAuthenticationRefusal: Bool {
        [LIBSSH2_ERROR_AUTHENTICATION_FAILED, LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED].contains(number)
    }

    /// The two sides found no common algorithms, or the exchange did not verify.
    var isKeyExchangeFailure: Bool {
        [
            LIBSSH2_ERROR_KEX_FAILURE, LIBSSH2_ERROR_KEY_EXCHANGE_FAILURE, LIBSSH2_ERROR_METHOD_NONE,
            LIBSSH2_ERROR_HOSTKEY_INIT, LIBSSH2_ERROR_HOSTKEY_SIGN,
        ].contains(number)
    }

    /// libssh2 waits a minute for the answer to a request (`LIBSSH2_READ_TIMEOUT`).
    var isTimeout: Bool { number == LIBSSH2_ERROR_TIMEOUT }

    /// The socket is gone; the text (`transport read`) says no more than that.
    var isSocketFailure: Bool {
        [LIBSSH2_ERROR_SOCKET_RECV, LIBSSH2_ERROR_SOCKET_SEND, LIBSSH2_ERROR_SOCKET_DISCONNECT].contains(number)
    }

    /// The server opens no such channel, whatever lies behind it (`SSH_OPEN_ADMINISTRATIVELY_PROHIBITED`, RFC 4254, 5.1): libssh2
    /// tells it from others by its text alone.
    var isForbiddenChannel: Bool {
        number == LIBSSH2_ERROR_CHANNEL_FAILURE && message.contains("administratively prohibited")
    }

    /// Whether the failure concerns one channel only; any other ends the connection.
    var concernsChannelOnly: Bool {
        [
            LIBSSH2_ERROR_CHANNEL_FAILURE, LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED, LIBSSH2_ERROR_CHANNEL_CLOSED,
            LIBSSH2_ERROR_CHANNEL_EOF_SENT,
        ].contains(number)
    }
}

/// Whether a libssh2 call has ended or has to be repeated once more bytes have arrived or left.
enum LibSSH2Progress: Equatable {
    case done
    case wouldBlock
}
