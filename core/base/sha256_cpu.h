/* SPDX-License-Identifier: MIT */
/* The compression function of SHA-256 with the instructions that some processors have for it: a
 * gigabyte of rows costs half a second instead of several. */
#ifndef MIGRATE_CORE_BASE_SHA256_CPU_H
#define MIGRATE_CORE_BASE_SHA256_CPU_H

#include <stddef.h>
#include <stdint.h>

extern const uint32_t SHA256_ROUNDS[64];

/* Takes `count` blocks of 64 bytes into the state. */
typedef void Sha256Blocks(uint32_t state[8], const unsigned char *at, size_t count);

/* Any processor's. */
void sha256_blocks(uint32_t state[8], const unsigned char *at, size_t count);
/* This processor's own; sha256_blocks if it, or the compiler, knows none. */
Sha256Blocks *sha256_blocks_best(void);

#endif
