/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE 1 /* glibc: getauxval's HWCAP_SHA2; NOLINT(cert-dcl51-cpp) */

#include "core/base/sha256_cpu.h"

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))

#include <cpuid.h>
#include <immintrin.h>

/* Two registers hold the state as ABEF and CDGH; each instruction does two rounds. */
__attribute__((target("sha,sse4.1"))) static void
blocks_x86(uint32_t state[8], const unsigned char *at, size_t count)
{
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    const __m128i low = _mm_loadu_si128((const __m128i *)(const void *)state);
    const __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(state + 4));
    const __m128i cdab = _mm_shuffle_epi32(low, 0xB1);
    const __m128i efgh = _mm_shuffle_epi32(high, 0x1B);
    __m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
    __m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);

    for (; count > 0; count--, at += 64) {
        const __m128i abef_before = abef;
        const __m128i cdgh_before = cdgh;
        __m128i words[4];

        for (size_t i = 0; i < 4; i++)
            words[i] = _mm_shuffle_epi8(
                _mm_loadu_si128((const __m128i *)(const void *)(at + i * 16)), swap);
#pragma GCC unroll 16
        for (size_t i = 0; i < 16; i++) {
            const __m128i four = words[i % 4];
            __m128i sum = _mm_add_epi32(
                four, _mm_loadu_si128((const __m128i *)(const void *)(SHA256_ROUNDS + i * 4)));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
            sum = _mm_shuffle_epi32(sum, 0x0E);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, sum);
            if (i >= 12)
                continue;
            const __m128i last = words[(i + 3) % 4];
            const __m128i before = _mm_alignr_epi8(last, words[(i + 2) % 4], 4);
            const __m128i next = _mm_sha256msg1_epu32(four, words[(i + 1) % 4]);
            words[i % 4] = _mm_sha256msg2_epu32(_mm_add_epi32(next, before), last);
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    const __m128i feba = _mm_shuffle_epi32(abef, 0x1B);
    const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)(void *)state, _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128((__m128i *)(void *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

Sha256Blocks *
sha256_blocks_best(void)
{
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    const unsigned has_sse4 = 1U << 19;
    const unsigned has_sha = 1U << 29;

    if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & has_sse4) == 0)
        return sha256_blocks;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0 || (b & has_sha) == 0)
        return sha256_blocks;
    return blocks_x86;
}

#elif defined(__aarch64__) && defined(__ARM_NEON) && (defined(__linux__) || defined(__APPLE__))

#include <arm_neon.h>
#if defined(__linux__)
#include <sys/auxv.h>
#endif

#if defined(__clang__)
#define WITH_SHA2 __attribute__((target("sha2")))
#else
#define WITH_SHA2 __attribute__((target("+crypto")))
#endif

/* Two registers hold the state as ABCD and EFGH; each pair of instructions does four rounds. */
WITH_SHA2 static void
blocks_arm(uint32_t state[8], const unsigned char *at, size_t count)
{
    uint32x4_t abcd = vld1q_u32(state);
    uint32x4_t efgh = vld1q_u32(state + 4);

    for (; count > 0; count--, at += 64) {
        const uint32x4_t abcd_before = abcd;
        const uint32x4_t efgh_before = efgh;
        uint32x4_t words[4];

        for (size_t i = 0; i < 4; i++)
            words[i] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(at + i * 16)));
        for (size_t i = 0; i < 16; i++) {
            const uint32x4_t four = words[i % 4];
            const uint32x4_t sum = vaddq_u32(four, vld1q_u32(SHA256_ROUNDS + i * 4));
            const uint32x4_t abcd_now = abcd;
            abcd = vsha256hq_u32(abcd, efgh, sum);
            efgh = vsha256h2q_u32(efgh, abcd_now, sum);
            if (i < 12)
                words[i % 4] = vsha256su1q_u32(vsha256su0q_u32(four, words[(i + 1) % 4]),
                                               words[(i + 2) % 4], words[(i + 3) % 4]);
        }
        abcd = vaddq_u32(abcd, abcd_before);
        efgh = vaddq_u32(efgh, efgh_before);
    }
    vst1q_u32(state, abcd);
    vst1q_u32(state + 4, efgh);
}

Sha256Blocks *
sha256_blocks_best(void)
{
#if defined(__linux__)
    const unsigned long has_sha2 = 1UL << 6; /* HWCAP_SHA2 */

    if ((getauxval(AT_HWCAP) & has_sha2) == 0)
        return sha256_blocks;
#endif
    return blocks_arm; /* every Apple processor of that kind has it */
}

#else

Sha256Blocks *
sha256_blocks_best(void)
{
    return sha256_blocks;
}

#endif
