/* SPDX-License-Identifier: MIT */
#include "core/base/clock.h"

#include "tests/support/suite.h"

START_TEST(the_clock_goes_forward_by_what_is_slept)
{
    enum { SLEPT = 20 };
    const int64_t before = clock_milliseconds();

    clock_sleep(0);
    clock_sleep(SLEPT);
    /* the clock is cut to milliseconds at both ends */
    ck_assert_int_ge(clock_milliseconds() - before, SLEPT - 1);
}
END_TEST

static void
add(TCase *tcase)
{
    tcase_add_test(tcase, the_clock_goes_forward_by_what_is_slept);
}

int
main(void)
{
    return suite_main("core/base/clock", add);
}
