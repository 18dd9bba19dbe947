/* SPDX-License-Identifier: MIT */
#include "core/base/sha256.h"

#include <string.h>

const uint32_t SHA256_ROUNDS[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* What a processor can do is asked of it only for more bytes than this: in a virtual machine the
 * question itself takes microseconds. */
enum { WORTH_ASKING = 16 * 1024 };

static uint32_t
rotate(uint32_t x, unsigned bits)
{
    return (x >> bits) | (x << (32 - bits));
}

static void
expand(const unsigned char *block, uint32_t w[64])
{
    for (size_t i = 0; i < 16; i++) {
        w[i] = (uint32_t)block[i * 4] << 24 | (uint32_t)block[i * 4 + 1] << 16 |
               (uint32_t)block[i * 4 + 2] << 8 | (uint32_t)block[i * 4 + 3];
    }
    for (size_t i = 16; i < 64; i++) {
        const uint32_t s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ (w[i - 15] >> 3);
        const uint32_t s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ (w[i - 2] >> 10);
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
}

/* Round `i`: instead of moving the eight values on, their names move. */
static inline void
round_at(uint32_t v[8], const uint32_t w[64], size_t i)
{
    const uint32_t a = v[(0 - i) % 8];
    const uint32_t b = v[(1 - i) % 8];
    const uint32_t c = v[(2 - i) % 8];
    const uint32_t e = v[(4 - i) % 8];
    const uint32_t f = v[(5 - i) % 8];
    const uint32_t g = v[(6 - i) % 8];
    const uint32_t s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const uint32_t t1 = v[(7 - i) % 8] + s1 + ((e & f) ^ (~e & g)) + SHA256_ROUNDS[i] + w[i];
    const uint32_t s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);

    v[(3 - i) % 8] += t1;
    v[(7 - i) % 8] = t1 + s0 + ((a & b) ^ (a & c) ^ (b & c));
}

static void
compress(uint32_t state[8], const unsigned char *block)
{
    uint32_t w[64];
    uint32_t v[8];

    expand(block, w);
    memcpy(v, state, sizeof v);
    for (size_t i = 0; i < 64; i += 8) {
        round_at(v, w, i);
        round_at(v, w, i + 1);
        round_at(v, w, i + 2);
        round_at(v, w, i + 3);
        round_at(v, w, i + 4);
        round_at(v, w, i + 5);
        round_at(v, w, i + 6);
        round_at(v, w, i + 7);
    }
    for (size_t i = 0; i < 8; i++)
        state[i] += v[i];
}

void
sha256_blocks(uint32_t state[8], const unsigned char *at, size_t count)
{
    for (; count > 0; count--, at += 64)
        compress(state, at);
}

void
sha256_init(Sha256 *sha)
{
    *sha = (Sha256){.state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
                              0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};
}

void
sha256_add(Sha256 *sha, Slice bytes)
{
    const unsigned char *at = (const unsigned char *)bytes.at;
    size_t left = bytes.len;
    const size_t held = (size_t)(sha->length % 64);

    if (left == 0)
        return;
    if (sha->best == NULL && left >= WORTH_ASKING)
        sha->best = sha256_blocks_best();
    Sha256Blocks *blocks = sha->best == NULL ? sha256_blocks : sha->best;
    sha->length += bytes.len;
    if (held > 0) {
        const size_t take = left < 64 - held ? left : 64 - held;
        memcpy(sha->block + held, at, take);
        at += take;
        left -= take;
        if (held + take < 64)
            return;
        compress(sha->state, sha->block);
    }
    blocks(sha->state, at, left / 64);
    at += left - left % 64;
    if (left % 64 > 0)
        memcpy(sha->block, at, left % 64);
}

void
sha256_hex(const Sha256 *sha, char hex[SHA256_HEX_SIZE])
{
    static const char DIGITS[] = "0123456789abcdef";
    Sha256 last = *sha;
    const uint64_t bits = sha->length * 8;
    const size_t held = (size_t)(sha->length % 64);

    memset(last.block + held, 0, 64 - held);
    last.block[held] = 0x80;
    if (held >= 56) {
        compress(last.state, last.block);
        memset(last.block, 0, 64);
    }
    for (size_t i = 0; i < 8; i++)
        last.block[56 + i] = (unsigned char)(bits >> (56 - 8 * i));
    compress(last.state, last.block);
    for (size_t i = 0; i < 64; i++)
        hex[i] = DIGITS[(last.state[i / 8] >> (28 - 4 * (i % 8))) & 15U];
    hex[64] = '\0';
}
