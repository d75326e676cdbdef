#ifndef DESCRIPTOR_PASSING_H
#define DESCRIPTOR_PASSING_H

#include <stddef.h>
#include <sys/types.h>

// Two open descriptors in one message over a unix socket (SCM_RIGHTS, unix(7)).
//
// This is C because the CMSG_* macros, which lay out the control message, are not visible to Swift.

/// Sends `length` bytes (at least one) together with two descriptors. Returns the number of bytes sent, or -errno.
ssize_t descriptor_passing_send(int socket, const void *bytes, size_t length, const int descriptors[2]);

/// Receives bytes, and the two descriptors that came with them, close-on-exec; both are -1 when none came.
///
/// Returns the number of bytes, 0 at the end of the stream, or -errno; any other set of descriptors is closed and
/// answered with -EPROTO.
ssize_t descriptor_passing_receive(int socket, void *bytes, size_t capacity, int descriptors[2]);

/// The user id of the process at the other end, or -1 where it cannot be known.
long descriptor_passing_peer_user(int socket);

#endif
