/* SPDX-License-Identifier: MIT */
#include "core/base/thread.h"

#include <signal.h>
#include <unistd.h>

size_t
thread_room(void)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);

    return processors > 1 ? (size_t)processors - 1 : 0;
}

bool
thread_begin(pthread_t *thread, void *(*run)(void *handle), void *handle)
{
    sigset_t all;
    sigset_t before;

    sigfillset(&all);
    if (pthread_sigmask(SIG_SETMASK, &all, &before) != 0)
        return false;
    const bool has_begun = pthread_create(thread, NULL, run, handle) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return has_begun;
}
