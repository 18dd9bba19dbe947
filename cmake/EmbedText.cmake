# SPDX-License-Identifier: MIT
# migrate_embed(OUTPUT NAME FILE): a C source that defines `const char *const NAME[]`, the lines of
# FILE without their ends, with NULL behind the last one. Made again when FILE changes.
function(migrate_embed output name file)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} text)
    string(REPLACE "\\" "\\\\" text "${text}")
    string(REPLACE "\"" "\\\"" text "${text}")
    string(REGEX REPLACE "\n$" "" text "${text}")
    string(REPLACE "\n" "\",\n    \"" text "${text}")
    file(CONFIGURE OUTPUT ${output} @ONLY CONTENT
"/* SPDX-License-Identifier: MIT */
extern const char *const ${name}[];
const char *const ${name}[] = {
    \"@text@\",
    0,
};
")
endfunction()
