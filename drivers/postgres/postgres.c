/* SPDX-License-Identifier: MIT */
#include "drivers/postgres/postgres.h"

#include "drivers/postgres/connection.h"

static const char *const SCHEMES[] = {"postgresql", "postgres", NULL};

const Driver DRIVER_POSTGRES = {
    .name = "postgres",
    .schemes = SCHEMES,
    .dialect = &DIALECT_POSTGRES,
    .accepts = postgres_accepts,
    .describe = postgres_describe,
    .database_name = postgres_database_name,
    .adapt = postgres_adapt,
    .open = postgres_open,
    .close = postgres_close,
    .state_read = postgres_state_read,
    .history_read = postgres_history_read,
    .run = postgres_run,
    .recall = postgres_recall,
    .inventory = postgres_inventory,
    .objects_list = postgres_objects_list,
    .reset = postgres_reset,
    .examine = postgres_examine,
    .identify = postgres_identify,
    .chunk_bytes = (size_t)1024 * 1024,
    .is_shared = true,
};
