/* SPDX-License-Identifier: MIT */
/* Clock: time that only goes forward, for deadlines and durations. */
#ifndef MIGRATE_CORE_BASE_CLOCK_H
#define MIGRATE_CORE_BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds since some moment in the past. */
int64_t clock_milliseconds(void);
/* Ends early when a signal comes. */
void clock_sleep(int64_t milliseconds);

#endif
