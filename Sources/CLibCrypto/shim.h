#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

#if OPENSSL_VERSION_NUMBER < 0x30000000L
#error "OpenSSL 3.0 or newer is needed: the keys are built and read by its provider interface."
#endif

// Swift does not import function-like macros. Each of these is the macro of the same name under a prefix of our own.

/// `BN_num_bytes`: the length of a number's magnitude in bytes.
static inline int clibcrypto_BN_num_bytes(const BIGNUM *number) { return BN_num_bytes(number); }

/// `ERR_reason_error_string` of the newest error in this thread's queue, which it empties; NULL where there was none.
/// The newest, because others who use libcrypto leave theirs behind.
static inline const char *clibcrypto_take_error(void) {
    unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    return code == 0 ? NULL : ERR_reason_error_string(code);
}

// `OSSL_PARAM_BLD` keeps the addresses of the names and numbers it is given, so a key is built within one call here.

static inline EVP_PKEY *clibcrypto_key(const char *algorithm, OSSL_PARAM_BLD *builder) {
    EVP_PKEY *key = NULL;
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, algorithm, NULL);
    if (parameters != NULL && context != NULL && EVP_PKEY_fromdata_init(context) == 1)
        (void)EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEYPAIR, parameters);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    return key;
}

/// The RSA key of its eight numbers; NULL (and an error in the queue) where they are no key. Nothing is taken over.
static inline EVP_PKEY *clibcrypto_rsa_key(
    const BIGNUM *n, const BIGNUM *e, const BIGNUM *d, const BIGNUM *p, const BIGNUM *q,
    const BIGNUM *d_mod_p1, const BIGNUM *d_mod_q1, const BIGNUM *q_inverse) {
    EVP_PKEY *key = NULL;
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    if (builder != NULL && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n) == 1
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e) == 1
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_D, d) == 1
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_FACTOR1, p) == 1
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_FACTOR2, q) == 1
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_EXPONENT1, d_mod_p1) == 1
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_EXPONENT2, d_mod_q1) == 1
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_COEFFICIENT1, q_inverse) == 1)
        key = clibcrypto_key("RSA", builder);
    OSSL_PARAM_BLD_free(builder);
    return key;
}

/// The EC key of a group's name, a public point and a private number; NULL where they are no key. Nothing is taken over.
static inline EVP_PKEY *clibcrypto_ec_key(
    const char *group, const unsigned char *point, size_t point_length, const BIGNUM *secret) {
    EVP_PKEY *key = NULL;
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    if (builder != NULL && OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) == 1
        && OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, point_length) == 1
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, secret) == 1)
        key = clibcrypto_key("EC", builder);
    OSSL_PARAM_BLD_free(builder);
    return key;
}
