/* SPDX-License-Identifier: MIT */
/* Listing: the revisions that a command without a database answers with: as a JSON document, each
 * in full, or each in the command's own short form. */
#ifndef MIGRATE_CMD_LISTING_H
#define MIGRATE_CMD_LISTING_H

#include "cmd/command.h"

typedef struct Listing {
    const char *key; /* of the list in the document */
    Indexes nodes;
    /* What is printed without -v; NULL: each in full too. */
    void (*print_short)(const Context *context, const Node *node);
} Listing;

void listing_print(const Context *context, const Listing *listing);

#endif
