/* SPDX-License-Identifier: MIT */
/* Ground: what a suite of whole runs on PostgreSQL stands on, made anew for each of its tests. */
#ifndef MIGRATE_TESTS_SUPPORT_GROUND_H
#define MIGRATE_TESTS_SUPPORT_GROUND_H

#include "tests/support/project.h"
#include "tests/support/proxy.h"
#include "tests/support/servers.h"
#include "tests/support/suite.h"

extern Arena arena;
extern Error error;
extern TestDatabase database; /* empty, and known to the poolers */
extern Project project;       /* project_begin is left to the test */
extern Proxy *proxy;          /* NULL: none, or none any more */

/* For set_up and tear_down. */
void ground_begin(const char *name);
void ground_end(void);

/* The answer of the database itself, as test_database_read has it. */
const char *ask(const char *sql);
/* Starts the proxy on a way to the database; the URL through it. The port in options is set here;
 * NULL: it does nothing of its own. */
const char *ground_proxy(int way, const ProxyOptions *options);
void ground_proxy_end(void);

#endif
