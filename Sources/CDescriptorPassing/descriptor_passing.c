#define _GNU_SOURCE 1

#include "descriptor_passing.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef MSG_CMSG_CLOEXEC
#define MSG_CMSG_CLOEXEC 0
#endif
#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

/// Room for more descriptors than we expect, so that a stranger's are seen and closed instead of lost.
enum { expected_count = 2, most_count = 8 };

ssize_t descriptor_passing_send(int socket, const void *bytes, size_t length, const int descriptors[2]) {
    union {
        char space[CMSG_SPACE(sizeof(int) * expected_count)];
        struct cmsghdr alignment;
    } control;
    memset(&control, 0, sizeof control);
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = length};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * expected_count);
    memcpy(CMSG_DATA(header), descriptors, sizeof(int) * expected_count);

    ssize_t sent;
    do {
        sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}

ssize_t descriptor_passing_receive(int socket, void *bytes, size_t capacity, int descriptors[2]) {
    union {
        char space[CMSG_SPACE(sizeof(int) * most_count)];
        struct cmsghdr alignment;
    } control;
    struct iovec part = {.iov_base = bytes, .iov_len = capacity};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
    descriptors[0] = descriptors[1] = -1;

    ssize_t received;
    do {
        received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (received < 0 && errno == EINTR);
    if (received < 0) return -errno;

    int got[most_count];
    size_t count = 0;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t in_header = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t index = 0; index < in_header && count < most_count; index++, count++)
            memcpy(&got[count], CMSG_DATA(header) + index * sizeof(int), sizeof(int));
    }
    int is_wrong = (message.msg_flags & MSG_CTRUNC) || (count != 0 && count != expected_count);
    for (size_t index = 0; index < count; index++) {
        if (is_wrong) {
            close(got[index]);
        } else {
            fcntl(got[index], F_SETFD, FD_CLOEXEC);
            descriptors[index] = got[index];
        }
    }
    return is_wrong ? -EPROTO : received;
}

long descriptor_passing_peer_user(int socket) {
#if defined(SO_PEERCRED) && defined(__linux__)
    struct ucred peer;
    socklen_t length = sizeof peer;
    return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 ? (long)peer.uid : -1;
#else
    uid_t user;
    gid_t group;
    return getpeereid(socket, &user, &group) == 0 ? (long)user : -1;
#endif
}
