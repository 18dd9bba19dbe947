/* SPDX-License-Identifier: MIT */
/* The SQLite driver: the embedded database, and the default of local development. */
#ifndef MIGRATE_DRIVERS_SQLITE_SQLITE_H
#define MIGRATE_DRIVERS_SQLITE_SQLITE_H

#include "drivers/driver.h"

extern const Driver DRIVER_SQLITE;

#endif
