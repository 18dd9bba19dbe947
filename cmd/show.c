/* SPDX-License-Identifier: MIT */
#include <stdint.h>

#include "cmd/command.h"
#include "cmd/context.h"
#include "cmd/listing.h"

static bool
run(Context *context, Error *err)
{
    Listing listing = {.key = "revisions"};

    if (!context_nodes(context, &context->operands, &listing.nodes, err))
        return false;
    listing_print(context, &listing);
    return true;
}

const Command COMMAND_SHOW = {
    .name = "show",
    .group = "Look",
    .operands = "REV...",
    .min_operands = 1,
    .max_operands = SIZE_MAX,
    .completes = VALUE_RANGE,
    .summary = "revisions in full",
    .description = "Shows revisions: what they revise and depend on, their branches, file and "
                   "message. REV is a revision id or the first characters of one, a branch label, "
                   "head, heads, one of them in a branch such as LABEL@head, or current (which "
                   "asks the database).",
    .examples = "migrate show head\n"
                "migrate show 1975ea billing@head",
    .flags = NEEDS_CONFIG | NEEDS_REVISIONS,
    .run = run,
};
