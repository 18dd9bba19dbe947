/* SPDX-License-Identifier: MIT */
/*
 * The PostgreSQL driver, 13 to 18, through libpq. Two wire shapes, and no named prepared statement
 * ever: transactional units go in simple-protocol Query messages, a unit without a transaction is
 * one extended-protocol group of unnamed statements with a single Sync. Both are safe behind a
 * pooler in session, transaction and statement mode.
 */
#ifndef MIGRATE_DRIVERS_POSTGRES_POSTGRES_H
#define MIGRATE_DRIVERS_POSTGRES_POSTGRES_H

#include "drivers/driver.h"

extern const Driver DRIVER_POSTGRES;
extern const Dialect DIALECT_POSTGRES;

#endif
