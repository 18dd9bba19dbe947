/* SPDX-License-Identifier: MIT */
/* Thread: work beside the caller's, where there is a processor for it. */
#ifndef MIGRATE_CORE_BASE_THREAD_H
#define MIGRATE_CORE_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/* How many threads would have a processor of their own, beside the caller. */
size_t thread_room(void);
/* Begins one that takes no signal from outside: what that does is the caller's to do. False if
 * there is none to be had; else it is to be joined. */
bool thread_begin(pthread_t *thread, void *(*run)(void *handle), void *handle);

#endif
