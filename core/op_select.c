/* SPDX-License-Identifier: MIT */
#include "core/op.h"

bool
op_select(const OpBody *body, Direction direction, const char *dialect, Arena *arena,
          Operations *selected, Error *err)
{
    if (direction == DIRECTION_DOWNGRADE && !body->has_down)
        return error_set(err, ERR_REVISION, "operations are not reversed yet");
    const Operations *ops = direction == DIRECTION_DOWNGRADE ? &body->down : &body->up;
    for (size_t i = 0; i < ops->len; i++) {
        if (op_applies(&ops->at[i], dialect))
            *VEC_ADD(arena, selected) = ops->at[i];
    }
    return true;
}
