/* SPDX-License-Identifier: MIT */
/*
 * Checksum: SHA-256 of a revision file, or of one that it names, without a BOM and with CRLF as LF:
 * a checkout with other line ends is the same file. That of a large file is taken by another thread
 * while the file is lexed and its rows are sent.
 */
#ifndef MIGRATE_CORE_CHECKSUM_H
#define MIGRATE_CORE_CHECKSUM_H

#include "core/base/file.h"
#include "core/base/sha256.h"

typedef struct Checksums Checksums;

typedef enum ChecksumState {
    CHECKSUM_UNKNOWN,
    CHECKSUM_WANTED, /* the thread will come to it */
    CHECKSUM_IN_WORK,
    CHECKSUM_KNOWN,
} ChecksumState;

/* Of one large file. */
typedef struct Checksum {
    const char *path;
    FileStamp stamp; /* as it was when it was last asked for */
    ChecksumState state;
    char hex[SHA256_HEX_SIZE];
} Checksum;

/* The thread goes with the arena. */
Checksums *checksums_new(Arena *arena);
/* That of the file as it is now (`stamp`) will be wanted, sooner than all before; sum->path is set.
 * Where no processor is free, nothing begins. */
void checksums_begin(Checksums *sums, Checksum *sum, const FileStamp *stamp);
/* That of `file`, which *sum keeps: from the thread if it is at it, else from here. `sum` NULL: of
 * a file that is not to be kept. */
void checksums_take(Checksums *sums, Checksum *sum, const FileText *file,
                    char hex[SHA256_HEX_SIZE]);

#endif
