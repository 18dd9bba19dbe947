# SPDX-License-Identifier: MIT
# The flags of every target, as one interface library. A word on each that is not self-evident.
include(CheckCCompilerFlag)
include(CheckPIESupported)

add_library(migrate_flags INTERFACE)
target_compile_definitions(migrate_flags INTERFACE _POSIX_C_SOURCE=200809L)
if(APPLE)
    # strict POSIX hides what the system's own headers need
    target_compile_definitions(migrate_flags INTERFACE _DARWIN_C_SOURCE)
endif()

target_compile_options(migrate_flags INTERFACE
    -Wall -Wextra -Wpedantic
    -Wshadow
    -Wconversion -Wsign-conversion  # sizes and offsets are size_t; a narrowing is written out
    -Wcast-qual -Wwrite-strings     # const is a contract here: borrowed text is never written
    -Wstrict-prototypes -Wold-style-definition -Wmissing-prototypes
    -Wredundant-decls
    -Wformat=2                      # no format string that is not a literal
    -Wnull-dereference
    -Wundef                         # a misspelt feature macro is an error, not 0
    -Wvla                           # the stack never grows with input
    -Wpointer-arith
    -Wimplicit-fallthrough
    -Wswitch-enum                   # a new enum member must be thought of everywhere
    -Wunused-macros
    -Wdouble-promotion)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    target_compile_options(migrate_flags INTERFACE
        -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Walloca)
endif()
if(MIGRATE_WERROR)
    target_compile_options(migrate_flags INTERFACE -Werror)
endif()

if(MIGRATE_SANITIZE)
    target_compile_options(migrate_flags INTERFACE
        -fsanitize=${MIGRATE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(migrate_flags INTERFACE -fsanitize=${MIGRATE_SANITIZE})
    # arenas give each item a block of its own, so that an overrun is seen
    target_compile_definitions(migrate_flags INTERFACE MIGRATE_ARENA_ITEMS=1)
    if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
        # gcc 12 with UBSan reports null format arguments that cannot be
        target_compile_options(migrate_flags INTERFACE -Wno-format-truncation -Wno-format-overflow
            -Wno-null-dereference)
    endif()
elseif(CMAKE_BUILD_TYPE MATCHES "Release|RelWithDebInfo|MinSizeRel")
    # Hardening, as distributions build; each flag only where the compiler knows it.
    foreach(flag -fstack-protector-strong -fstack-clash-protection -fcf-protection=full)
        string(MAKE_C_IDENTIFIER "HAVE${flag}" known)
        check_c_compiler_flag(${flag} ${known})
        if(${known})
            target_compile_options(migrate_flags INTERFACE ${flag})
        endif()
    endforeach()
    target_compile_options(migrate_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
    if(NOT APPLE)
        target_link_options(migrate_flags INTERFACE
            -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed)
    endif()
endif()
check_pie_supported()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
