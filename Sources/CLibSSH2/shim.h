#pragma once
#include <libssh2.h>
#include <sys/types.h>

// Typed setters for libssh2's callbacks. `libssh2_session_callback_set` takes an untyped pointer and is deprecated
// since 1.11.1, where `libssh2_session_callback_set2` takes a function pointer; both generations work here.

typedef ssize_t (*ssh2_send_function)(libssh2_socket_t, const void *, size_t, int, void **);
typedef ssize_t (*ssh2_receive_function)(libssh2_socket_t, void *, size_t, int, void **);
typedef void (*ssh2_disconnect_function)(LIBSSH2_SESSION *, int, const char *, int, const char *, int, void **);

static inline void ssh2_set_callbacks(
    LIBSSH2_SESSION *session, ssh2_send_function send, ssh2_receive_function receive,
    ssh2_disconnect_function disconnect)
{
#if LIBSSH2_VERSION_NUM >= 0x010b01
    libssh2_session_callback_set2(session, LIBSSH2_CALLBACK_SEND, (libssh2_cb_generic *)send);
    libssh2_session_callback_set2(session, LIBSSH2_CALLBACK_RECV, (libssh2_cb_generic *)receive);
    libssh2_session_callback_set2(session, LIBSSH2_CALLBACK_DISCONNECT, (libssh2_cb_generic *)disconnect);
#else
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_SEND, (void *)send);
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_RECV, (void *)receive);
    libssh2_session_callback_set(session, LIBSSH2_CALLBACK_DISCONNECT, (void *)disconnect);
#endif
}

typedef int (*ssh2_sign_function)(
    LIBSSH2_SESSION *, unsigned char **, size_t *, const unsigned char *, size_t, void **);

typedef void (*ssh2_prompts_function)(
    const char *, int, const char *, int, int, const LIBSSH2_USERAUTH_KBDINT_PROMPT *,
    LIBSSH2_USERAUTH_KBDINT_RESPONSE *, void **);

// The text of a prompt is of signed characters before 1.11 and of unsigned ones since, its length an int and a size.
static inline const char *ssh2_prompt_text(const LIBSSH2_USERAUTH_KBDINT_PROMPT *prompt, size_t *length)
{
    *length = (size_t)prompt->length;
    return (const char *)prompt->text;
}
