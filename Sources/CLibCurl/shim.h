#pragma once
#include <curl/curl.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

// Every libcurl function the project calls, with fixed argument types: Swift cannot call variadic functions, and a
// wrongly typed argument to `curl_easy_setopt` is undefined behaviour that only C would let pass.
// Handles are `void *` here whatever curl.h declares them to be: it has changed between versions.

static inline CURLcode ccurl_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

// MARK: Easy handles

static inline void *ccurl_easy_init(void) { return curl_easy_init(); }
static inline void ccurl_easy_cleanup(void *easy) { curl_easy_cleanup(easy); }

static inline CURLcode ccurl_set_long(void *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_offset(void *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}
/// libcurl copies the string.
static inline CURLcode ccurl_set_string(void *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}
/// libcurl keeps the pointer.
static inline CURLcode ccurl_set_pointer(void *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}
/// libcurl copies `count` bytes; `CURLOPT_POSTFIELDSIZE_LARGE` must be set before `CURLOPT_COPYPOSTFIELDS`.
static inline CURLcode ccurl_set_body(void *easy, const void *bytes, size_t count) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, count ? bytes : "");
}
static inline CURLcode ccurl_set_header_callback(void *easy, curl_write_callback callback, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, callback);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_HEADERDATA, context);
}
static inline CURLcode ccurl_set_body_callback(void *easy, curl_write_callback callback, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, callback);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_WRITEDATA, context);
}
static inline CURLcode ccurl_set_open_socket_callback(void *easy, curl_opensocket_callback callback, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, callback);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, context);
}
/// Called when the TCP connection stands and TLS begins. Some TLS libraries of libcurl cannot do it.
static inline CURLcode ccurl_set_tls_start_callback(void *easy, curl_ssl_ctx_callback callback, void *context) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, callback);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, context);
}
static inline CURLcode ccurl_restrict_to_http(void *easy) {
#if LIBCURL_VERSION_NUM >= 0x075500
    CURLcode code = curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
    long protocols = CURLPROTO_HTTP | CURLPROTO_HTTPS;
    CURLcode code = curl_easy_setopt(easy, CURLOPT_PROTOCOLS, protocols);
    return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS, protocols);
#endif
}
// The constants below are enumerators or macros, depending on the version: only C reads both alike.

static inline CURLcode ccurl_restrict_to_http_1_1(void *easy) {
    return curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
}
static inline CURLcode ccurl_require_tls_1_2(void *easy) {
    return curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}
static inline CURLcode ccurl_ignore_netrc(void *easy) {
    return curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
}
/// Lets a transfer end while `getaddrinfo` still blocks: libcurl leaves the resolver thread to clean up after itself
/// instead of waiting for it, which would hold up every other transfer of the multi handle.
static inline CURLcode ccurl_abandon_slow_resolver(void *easy) {
#if LIBCURL_VERSION_NUM >= 0x075700
    return curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#else
    (void)easy;
    return CURLE_OK;
#endif
}

static inline long ccurl_info_long(void *easy, CURLINFO info) {
    long value = 0;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}
static inline curl_off_t ccurl_info_offset(void *easy, CURLINFO info) {
    curl_off_t value = 0;
    return curl_easy_getinfo(easy, info, &value) == CURLE_OK ? value : 0;
}

// MARK: Multi handles

static inline void *ccurl_multi_init(void) { return curl_multi_init(); }
static inline void ccurl_multi_cleanup(void *multi) { curl_multi_cleanup(multi); }
static inline CURLMcode ccurl_multi_add(void *multi, void *easy) { return curl_multi_add_handle(multi, easy); }
static inline CURLMcode ccurl_multi_remove(void *multi, void *easy) { return curl_multi_remove_handle(multi, easy); }
static inline CURLMcode ccurl_multi_perform(void *multi) {
    int running = 0;
    return curl_multi_perform(multi, &running);
}
static inline CURLMcode ccurl_multi_wait(void *multi, int milliseconds) {
    return curl_multi_poll(multi, NULL, 0, milliseconds, NULL);
}
static inline CURLMcode ccurl_multi_wake_up(void *multi) { return curl_multi_wakeup(multi); }

/// Takes the next finished transfer; false when there is none.
static inline bool ccurl_multi_next_finished(void *multi, void **easy, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        *easy = message->easy_handle;
        *result = message->data.result;
        return true;
    }
    return false;
}

// MARK: Sockets

/// Opens the socket libcurl asks for so that no child process inherits it.
static inline curl_socket_t ccurl_open_private_socket(const struct curl_sockaddr *address) {
#ifdef SOCK_CLOEXEC
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
#else
    curl_socket_t fd = socket(address->family, address->socktype, address->protocol);
    if (fd >= 0) fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
#endif
}

/// Writes `127.0.0.1:80`, `[::1]:80` or a socket's path; false when the address is none of these.
static inline bool ccurl_describe_address(const struct curl_sockaddr *address, char *text, size_t capacity) {
    char host[64], port[8];
    if (address->family == AF_UNIX) {
        const struct sockaddr_un *unix_address = (const struct sockaddr_un *)(const void *)&address->addr;
        return snprintf(text, capacity, "%.*s", (int)sizeof unix_address->sun_path, unix_address->sun_path) > 0;
    }
    if (getnameinfo(&address->addr, address->addrlen, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) return false;
    return snprintf(text, capacity, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port) > 0;
}
