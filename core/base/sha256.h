/* SPDX-License-Identifier: MIT */
/* SHA-256 (FIPS 180-4), for checksums of revision files. */
#ifndef MIGRATE_CORE_BASE_SHA256_H
#define MIGRATE_CORE_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/sha256_cpu.h"
#include "core/base/slice.h"

enum { SHA256_HEX_SIZE = 65 };

typedef struct Sha256 {
    uint32_t state[8];
    uint64_t length; /* bytes so far */
    unsigned char block[64];
    Sha256Blocks *best; /* asked for by the first large piece; NULL: not yet */
} Sha256;

void sha256_init(Sha256 *sha);
void sha256_add(Sha256 *sha, Slice bytes);
/* The digest of what was added so far as 64 lower-case hex digits and a NUL; adding may go on. */
void sha256_hex(const Sha256 *sha, char hex[SHA256_HEX_SIZE]);

#endif
